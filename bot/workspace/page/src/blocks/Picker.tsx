import { type KeyboardEvent, type ReactNode, useCallback, useEffect, useId, useRef, useState } from "react";
import { parsePlain } from "../mrkdwn/parse";
import { Plain } from "../mrkdwn/Mrkdwn";
import { Popover } from "../parts/Popover";
import { useDismiss } from "../parts/useDismiss";
import { useSession } from "../session";

export interface Choice {
  value: string;
  label: string;
  detail?: string | undefined;
  group?: string | undefined;
}

interface Props {
  id?: string | undefined;
  label: string;
  placeholder: string;
  multiple: boolean;
  most?: number | undefined;
  chosen: Choice[];
  disabled?: boolean;
  invalid?: boolean;
  describedBy?: string | undefined;
  /** What can be chosen for what was typed; asked anew as one types. */
  find: (query: string) => Choice[] | Promise<Choice[]>;
  onChoose: (chosen: Choice[]) => void;
}

const plainLabel = (label: string): string =>
  parsePlain(label)
    .map((node) => (node.kind === "text" ? node.text : ""))
    .join("")
    .toLowerCase();

/** Those of a fixed list whose label holds the query. */
export function matching(choices: Choice[], query: string): Choice[] {
  const wanted = query.trim().toLowerCase();
  return wanted === "" ? choices : choices.filter((choice) => plainLabel(choice.label).includes(wanted));
}

/** A select menu with search: one choice or several, from a list or from what the bot answers. */
export function Picker(props: Props): ReactNode {
  const { t } = useSession();
  const [open, setOpen] = useState(false);
  const [query, setQuery] = useState("");
  const [choices, setChoices] = useState<Choice[]>([]);
  const [active, setActive] = useState(0);
  const [loading, setLoading] = useState(false);
  const holder = useRef<HTMLDivElement>(null);
  const input = useRef<HTMLInputElement>(null);
  const listId = useId();
  const close = useCallback(() => {
    setOpen(false);
    setQuery("");
  }, []);
  useDismiss(holder, open, close);

  const find = useRef(props.find);
  find.current = props.find;
  useEffect(() => {
    if (!open) return;
    let current = true;
    setLoading(true);
    void Promise.resolve(find.current(query)).then((found) => {
      if (!current) return;
      setChoices(found);
      setActive(0);
      setLoading(false);
    });
    return () => {
      current = false;
    };
  }, [open, query]);

  const isChosen = (choice: Choice) => props.chosen.some((one) => one.value === choice.value);
  const choose = (choice: Choice) => {
    if (!props.multiple) {
      props.onChoose([choice]);
      close();
      return;
    }
    if (isChosen(choice)) props.onChoose(props.chosen.filter((one) => one.value !== choice.value));
    else if (!props.most || props.chosen.length < props.most) props.onChoose([...props.chosen, choice]);
    setQuery("");
    input.current?.focus();
  };

  const press = (event: KeyboardEvent) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (!open) setOpen(true);
      else if (choices.length)
        setActive((active + (event.key === "ArrowDown" ? 1 : -1) + choices.length) % choices.length);
    } else if (event.key === "Enter" && open && choices[active]) {
      event.preventDefault();
      choose(choices[active]);
    } else if (event.key === "Backspace" && query === "" && props.multiple && props.chosen.length) {
      props.onChoose(props.chosen.slice(0, -1));
    }
  };

  const single = !props.multiple ? props.chosen[0] : undefined;
  return (
    <div className={`picker ${props.invalid ? "invalid" : ""}`} ref={holder}>
      <div className="picker-box" onClick={() => input.current?.focus()}>
        {props.multiple &&
          props.chosen.map((choice) => (
            <span className="chip" key={choice.value}>
              <Plain of={{ text: choice.label }} />
              <button
                type="button"
                aria-label={t("picker.remove", { label: choice.label })}
                onClick={() => props.onChoose(props.chosen.filter((one) => one.value !== choice.value))}
              >
                ✕
              </button>
            </span>
          ))}
        {single && !open && (
          <span className="picker-single" aria-hidden="true">
            <Plain of={{ text: single.label }} />
          </span>
        )}
        <input
          id={props.id}
          ref={input}
          role="combobox"
          aria-label={single ? `${props.label}: ${single.label}` : props.label}
          aria-expanded={open}
          aria-controls={listId}
          aria-autocomplete="list"
          aria-invalid={props.invalid}
          aria-describedby={props.describedBy}
          aria-activedescendant={open && choices[active] ? `${listId}-${active}` : undefined}
          autoComplete="off"
          disabled={props.disabled}
          placeholder={single && !open ? "" : props.chosen.length && props.multiple ? "" : props.placeholder}
          value={query}
          onClick={() => setOpen(true)}
          onChange={(event) => {
            setQuery(event.target.value);
            setOpen(true);
          }}
          onKeyDown={press}
        />
        <span className="picker-arrow" aria-hidden="true">
          ▾
        </span>
      </div>
      {open && (
        <Popover
          anchor={holder}
          matchWidth
          className="options"
          role="listbox"
          id={listId}
          aria-label={props.label}
          aria-multiselectable={props.multiple}
        >
          {loading && choices.length === 0 && <div className="options-note">{t("picker.loading")}</div>}
          {!loading && choices.length === 0 && <div className="options-note">{t("picker.none")}</div>}
          {choices.map((choice, index) => (
            <div key={choice.value} role="presentation">
              {choice.group && choice.group !== choices[index - 1]?.group && (
                <div className="options-group">{choice.group}</div>
              )}
              <div
                id={`${listId}-${index}`}
                role="option"
                aria-selected={isChosen(choice)}
                className={`option ${index === active ? "active" : ""}`}
                onPointerEnter={() => setActive(index)}
                onPointerDown={(event) => event.preventDefault()}
                onClick={() => choose(choice)}
              >
                <span className="option-check" aria-hidden="true">
                  {isChosen(choice) ? "✓" : ""}
                </span>
                <span>
                  <Plain of={{ text: choice.label }} />
                  {choice.detail && <small>{choice.detail}</small>}
                </span>
              </div>
            </div>
          ))}
        </Popover>
      )}
    </div>
  );
}
