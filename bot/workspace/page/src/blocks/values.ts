import type { Element, Option, OptionGroup } from "../api/types";
import type { Chosen, FieldValue, Surface } from "./surface";

/** What an element shows before anybody touched it. */
export function initialValue(element: Element): FieldValue {
  const options = element.initial_options as Option[] | undefined;
  switch (element.type) {
    case "checkboxes":
    case "multi_static_select":
    case "multi_external_select":
      return options?.map((option) => option.value) ?? [];
    case "multi_users_select":
      return (element.initial_users as string[] | undefined) ?? [];
    case "multi_channels_select":
      return (element.initial_channels as string[] | undefined) ?? [];
    case "multi_conversations_select":
      return (element.initial_conversations as string[] | undefined) ?? [];
    case "radio_buttons":
    case "static_select":
    case "external_select":
      return (element.initial_option as Option | undefined)?.value ?? null;
    default:
      return firstOf(element, [
        "initial_value",
        "initial_user",
        "initial_channel",
        "initial_conversation",
        "initial_date",
        "initial_time",
        "initial_date_time",
      ]);
  }
}

/** What an element of a view shows now: what was typed or chosen, null when emptied, else its initial value. */
export function standing(surface: Surface, blockId: string, element: Element): FieldValue {
  const typed = surface.value(blockId, element.action_id ?? "");
  return typed === undefined ? initialValue(element) : typed;
}

function firstOf(element: Element, names: string[]): FieldValue {
  for (const name of names) {
    if (element[name] !== undefined && element[name] !== null) return element[name] as FieldValue;
  }
  return null;
}

/** The form of `POST /workspace/interact` for a value of this type of element. */
export function chosenFor(type: string, value: FieldValue): Chosen {
  const text = value === null ? "" : String(value);
  const list = Array.isArray(value) ? value : [];
  switch (type) {
    case "static_select":
    case "external_select":
    case "radio_buttons":
    case "overflow":
      return { selected_option: value === null ? null : text };
    case "checkboxes":
    case "multi_static_select":
    case "multi_external_select":
      return { selected_options: list };
    case "users_select":
      return { selected_user: text };
    case "multi_users_select":
      return { selected_users: list };
    case "channels_select":
      return { selected_channel: text };
    case "multi_channels_select":
      return { selected_channels: list };
    case "conversations_select":
      return { selected_conversation: text };
    case "multi_conversations_select":
      return { selected_conversations: list };
    case "datepicker":
      return { selected_date: value === null ? null : text };
    case "timepicker":
      return { selected_time: value === null ? null : text };
    case "datetimepicker":
      return { selected_date_time: Number(value) };
    default:
      return { value: text };
  }
}

/** All options of a menu, those of its groups with the group's label. */
export function optionsOf(element: Element): { option: Option; group?: string }[] {
  const groups = element.option_groups as OptionGroup[] | undefined;
  if (groups)
    return groups.flatMap((group) => group.options.map((option) => ({ option, group: group.label.text })));
  return ((element.options as Option[] | undefined) ?? []).map((option) => ({ option }));
}
