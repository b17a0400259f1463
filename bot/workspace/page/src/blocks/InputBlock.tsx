import { type ReactNode, useRef } from "react";
import type { Block, Element, TextObject } from "../api/types";
import { Plain } from "../mrkdwn/Mrkdwn";
import { useSession } from "../session";
import { Control } from "./Control";
import { useSurface } from "./surface";
import { chosenFor, standing } from "./values";

const TYPED = new Set(["plain_text_input", "email_text_input", "url_text_input", "number_input"]);

/** A labelled input of a view, with its hint and, after a refused submission, its error. */
export function InputBlock({ block }: { block: Block }): ReactNode {
  const { t } = useSession();
  const surface = useSurface();
  const element = block.element as Element;
  const blockId = block.block_id ?? "";
  const actionId = element.action_id ?? "";
  const id = `${surface.id}-${blockId}-${actionId}`;
  const error = surface.errors[blockId];
  const hint = block.hint as TextObject | undefined;
  const label = block.label as TextObject;
  const value = standing(surface, blockId, element);
  const sent = useRef(value);
  const dispatch = (next: typeof value) => {
    if (!block.dispatch_action || sent.current === next) return;
    sent.current = next;
    surface.act(blockId, element, chosenFor(element.type, next));
  };
  const isGroup = element.type === "checkboxes" || element.type === "radio_buttons";
  const most = element.max_length as number | undefined;
  const heading = (
    <>
      <Plain of={label} />
      {Boolean(block.optional) && <span className="optional"> {t("input.optional")}</span>}
    </>
  );
  const described = [error ? `${id}-error` : "", hint ? `${id}-hint` : ""].filter(Boolean).join(" ");
  return (
    <div className={`block-input ${error ? "has-error" : ""}`}>
      {isGroup ? (
        <div className="input-label">{heading}</div>
      ) : (
        <label className="input-label" htmlFor={id}>
          {heading}
        </label>
      )}
      <Control
        blockId={blockId}
        element={element}
        label={label.text}
        value={value}
        id={id}
        invalid={error !== undefined}
        describedBy={described || undefined}
        onValue={(next) => {
          surface.setValue(blockId, actionId, next);
          if (!TYPED.has(element.type)) dispatch(next);
        }}
        onDone={() => dispatch(standing(surface, blockId, element))}
      />
      {most !== undefined && String(value ?? "").length > most * 0.8 && (
        <div className="input-hint">{t("input.left", { n: most - String(value ?? "").length })}</div>
      )}
      {error && (
        <div className="input-error" id={`${id}-error`} role="alert">
          {error}
        </div>
      )}
      {hint && (
        <div className="input-hint" id={`${id}-hint`}>
          <Plain of={hint} />
        </div>
      )}
    </div>
  );
}
