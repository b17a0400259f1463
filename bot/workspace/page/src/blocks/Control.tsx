import { type ReactNode, useId } from "react";
import type { Element, Option, TextObject } from "../api/types";
import { fromLocalInput, localInput } from "../dates";
import { Plain } from "../mrkdwn/Mrkdwn";
import { conversationName, displayName, type Session, useSession } from "../session";
import { Text } from "./Blocks";
import { type Choice, matching, Picker } from "./Picker";
import { type FieldValue, type Surface, useSurface } from "./surface";
import { optionsOf } from "./values";

interface Props {
  blockId: string;
  element: Element;
  /** What the element is for, read to those who can't see its surroundings. */
  label: string;
  value: FieldValue;
  onValue: (value: FieldValue) => void;
  /** Enter or leaving the field, for those whose changes are sent letter by letter otherwise. */
  onDone?: () => void;
  id?: string;
  invalid?: boolean;
  describedBy?: string | undefined;
}

/** The form control of an element, whatever it stands in; it keeps no state of its own. */
export function Control(props: Props): ReactNode {
  const { element, value, onValue } = props;
  const { zone, t } = useSession();
  const shared = {
    id: props.id,
    "aria-label": props.id ? undefined : props.label,
    "aria-invalid": props.invalid,
    "aria-describedby": props.describedBy,
    "data-autofocus": element.focus_on_load ? true : undefined,
  };
  const text = value === null ? "" : String(value);
  switch (element.type) {
    case "plain_text_input":
    case "email_text_input":
    case "url_text_input":
    case "number_input":
      return <TextControl {...props} />;
    case "datepicker":
      return (
        <input
          type="date"
          className="field"
          {...shared}
          value={text}
          onChange={(event) => onValue(event.target.value || null)}
        />
      );
    case "timepicker":
      return (
        <input
          type="time"
          className="field"
          {...shared}
          value={text}
          onChange={(event) => onValue(event.target.value || null)}
        />
      );
    case "datetimepicker":
      return (
        <input
          type="datetime-local"
          className="field"
          {...shared}
          value={value ? localInput(Number(value), zone) : ""}
          onChange={(event) => onValue(event.target.value ? fromLocalInput(event.target.value, zone) : null)}
        />
      );
    case "checkboxes":
    case "radio_buttons":
      return <Boxes {...props} />;
    default:
      return element.type.endsWith("_select") ? (
        <Select {...props} />
      ) : (
        <div className="block-not-drawn">{t("blocks.not_drawn", { type: element.type })}</div>
      );
  }
}

function TextControl({ element, value, onValue, onDone, id, label, invalid, describedBy }: Props): ReactNode {
  const type = { email_text_input: "email", url_text_input: "url" }[element.type] ?? "text";
  const decimal = Boolean(element.is_decimal_allowed);
  const shared = {
    id,
    className: "field",
    "aria-label": id ? undefined : label,
    "aria-invalid": invalid,
    "aria-describedby": describedBy,
    "data-autofocus": element.focus_on_load ? true : undefined,
    placeholder: (element.placeholder as TextObject | undefined)?.text,
    value: value === null ? "" : String(value),
    onBlur: onDone,
  };
  if (element.multiline) {
    return <textarea rows={5} {...shared} onChange={(event) => onValue(event.target.value)} />;
  }
  return (
    <input
      type={type}
      inputMode={element.type === "number_input" ? (decimal ? "decimal" : "numeric") : undefined}
      {...shared}
      onChange={(event) => onValue(event.target.value)}
    />
  );
}

function Boxes({ element, label, value, onValue, describedBy }: Props): ReactNode {
  const name = useId();
  const several = element.type === "checkboxes";
  const chosen = Array.isArray(value) ? value : value === null ? [] : [String(value)];
  const press = (option: Option) => {
    if (!several) onValue(option.value);
    else if (chosen.includes(option.value)) onValue(chosen.filter((one) => one !== option.value));
    else onValue([...chosen, option.value]);
  };
  return (
    <div
      className="boxes"
      role={several ? "group" : "radiogroup"}
      aria-label={label}
      aria-describedby={describedBy}
    >
      {optionsOf(element).map(({ option }) => (
        <label key={option.value}>
          <input
            type={several ? "checkbox" : "radio"}
            name={name}
            checked={chosen.includes(option.value)}
            onChange={() => press(option)}
          />
          <span>
            <Text text={option.text} />
            {option.description && (
              <small>
                <Plain of={option.description} />
              </small>
            )}
          </span>
        </label>
      ))}
    </div>
  );
}

function Select({ blockId, element, label, value, onValue, id, invalid, describedBy }: Props): ReactNode {
  const session = useSession();
  const surface = useSurface();
  const multiple = element.type.startsWith("multi_");
  const values = Array.isArray(value) ? value : value === null ? [] : [String(value)];
  const known = source(element, session);
  const initial = [element.initial_option, ...((element.initial_options as unknown[]) ?? [])].filter(
    Boolean,
  ) as Option[];
  const find = (query: string) =>
    element.type.endsWith("external_select")
      ? suggested(surface, blockId, element, query)
      : matching(known, query);
  const placeholder = (element.placeholder as TextObject | undefined)?.text ?? session.t("picker.choose");
  return (
    <Picker
      id={id}
      label={label}
      placeholder={placeholder}
      multiple={multiple}
      most={element.max_selected_items as number | undefined}
      chosen={values.map(
        (one) =>
          labels.get(one) ??
          known.find((choice) => choice.value === one) ??
          initial.filter((option) => option.value === one).map(choiceOf)[0] ?? { value: one, label: one },
      )}
      disabled={surface.busy && !surface.isView}
      invalid={invalid ?? false}
      describedBy={describedBy}
      find={find}
      onChoose={(chosen) => {
        for (const choice of chosen)
          if (element.type.endsWith("external_select")) labels.set(choice.value, choice);
        onValue(multiple ? chosen.map((choice) => choice.value) : (chosen[0]?.value ?? null));
      }}
    />
  );
}

/** Labels of options that the bot gave while one typed: their values alone say nothing to a reader. */
const labels = new Map<string, Choice>();

function choiceOf(option: Option): Choice {
  return { value: option.value, label: option.text.text, detail: option.description?.text };
}

async function suggested(
  surface: Surface,
  blockId: string,
  element: Element,
  query: string,
): Promise<Choice[]> {
  if (query.length < Number(element.min_query_length ?? 3)) return [];
  return (await surface.suggest(blockId, element, query)).map(choiceOf);
}

/** What a menu of fixed options, people or conversations can choose from. */
function source(element: Element, session: Session): Choice[] {
  if (element.type.endsWith("users_select")) {
    return [...session.people.values()].map((person) => ({
      value: person.id,
      label: displayName(person, person.id),
      detail: `@${person.name}`,
    }));
  }
  if (element.type.endsWith("channels_select")) return conversations(session, (one) => !one.is_im);
  if (element.type.endsWith("conversations_select")) return conversations(session, () => true);
  return optionsOf(element).map(({ option, group }) => ({ ...choiceOf(option), group }));
}

function conversations(session: Session, wanted: (one: { is_im?: boolean }) => boolean): Choice[] {
  return [...session.conversations.values()]
    .filter(wanted)
    .map((one) => ({
      value: one.id,
      label: one.is_im ? conversationName(session, one) : `#${conversationName(session, one)}`,
    }));
}
