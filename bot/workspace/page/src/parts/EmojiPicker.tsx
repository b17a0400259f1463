import { type ReactNode, useCallback, useRef, useState } from "react";
import { emojiOf, FREQUENT, searchEmoji } from "../emoji";
import { useSession } from "../session";
import { Popover } from "./Popover";
import { useDismiss } from "./useDismiss";

interface Props {
  label: string;
  children: ReactNode;
  onChoose: (name: string) => void;
  onOpenChange?: (open: boolean) => void;
}

/** A button with a small emoji picker: the frequent ones, and a search over all names. */
export function EmojiPicker({ label, children, onChoose, onOpenChange }: Props): ReactNode {
  const { t } = useSession();
  const [open, setOpen] = useState(false);
  const [query, setQuery] = useState("");
  const holder = useRef<HTMLDivElement>(null);
  const set = useCallback(
    (next: boolean) => {
      setOpen(next);
      setQuery("");
      onOpenChange?.(next);
    },
    [onOpenChange],
  );
  const close = useCallback(() => set(false), [set]);
  useDismiss(holder, open, close);
  const shown = query
    ? searchEmoji(query.replace(/^:|:$/g, "").trim().replace(/\s+/g, "_"), 40)
    : FREQUENT.map((name) => ({ name, emoji: emojiOf(name) ?? "" }));
  const choose = (name: string) => {
    close();
    onChoose(name);
  };
  return (
    <div className="menu-holder" ref={holder}>
      <button
        type="button"
        className="icon-button"
        aria-label={label}
        title={label}
        aria-haspopup="dialog"
        aria-expanded={open}
        onClick={() => set(!open)}
      >
        {children}
      </button>
      {open && (
        <Popover anchor={holder} className="emoji-picker" role="dialog" aria-label={label}>
          <input
            className="field"
            autoFocus
            placeholder={t("emoji.search")}
            aria-label={t("emoji.search")}
            value={query}
            onChange={(event) => setQuery(event.target.value)}
            onKeyDown={(event) => {
              if (event.key === "Enter" && shown[0]) choose(shown[0].name);
            }}
          />
          <div className="emoji-grid">
            {shown.map(({ name, emoji }) => (
              <button
                key={name}
                type="button"
                aria-label={name.replace(/_/g, " ")}
                title={`:${name}:`}
                onClick={() => choose(name)}
              >
                {emoji}
              </button>
            ))}
          </div>
          {shown.length === 0 && <div className="options-note">{t("picker.none")}</div>}
        </Popover>
      )}
    </div>
  );
}
