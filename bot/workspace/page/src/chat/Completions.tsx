import type { ReactNode } from "react";
import { Avatar } from "../parts/Avatar";
import { useSession } from "../session";
import type { Completion } from "./completion";

interface Props {
  found: Completion[];
  active: number;
  onChoose: (completion: Completion) => void;
}

/** The list above the composer; the focus stays in the text. */
export function Completions({ found, active, onChoose }: Props): ReactNode {
  const { t, people } = useSession();
  return (
    <div className="completions" role="listbox" id="completions" aria-label={t("composer.completions")}>
      {found.map((completion, index) => (
        <div
          key={completion.key}
          id={`completion-${index}`}
          role="option"
          aria-selected={index === active}
          className={`completion ${index === active ? "active" : ""}`}
          onPointerDown={(event) => {
            event.preventDefault();
            onChoose(completion);
          }}
        >
          {completion.person && (
            <Avatar person={people.get(completion.person)} id={completion.person} size={22} />
          )}
          <strong>{completion.label}</strong>
          {completion.hint && <span className="completion-hint">{completion.hint}</span>}
          {completion.detail && <small>{completion.detail}</small>}
        </div>
      ))}
      <div className="completions-foot">{t("composer.completions_hint")}</div>
    </div>
  );
}
