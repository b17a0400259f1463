import { searchEmoji } from "../emoji";
import { displayName } from "../session";
import type { State } from "../state";

export interface Completion {
  key: string;
  /** What stands in the text afterwards. */
  insert: string;
  label: string;
  /** What may follow, for commands. */
  hint?: string | undefined;
  detail?: string | undefined;
  /** Whose avatar stands beside it, for people. */
  person?: string;
}

const MOST = 8;

/** The word before the caret and what it can become: commands at the very start, then people, channels, emoji. */
export function completionsAt(
  text: string,
  caret: number,
  state: State,
  inThread: boolean,
): { word: string; found: Completion[] } {
  const before = text.slice(0, caret);
  const command = /^\/\S*$/.exec(before);
  if (command && !inThread) return { word: command[0], found: commands(command[0], state) };
  const word = /(?:^|[\s(（，。、])([@#:][^\s@#:，。、]*)$/u.exec(before)?.[1] ?? "";
  const query = word.slice(1).toLowerCase();
  switch (word[0]) {
    case "@":
      return { word, found: people(query, state).slice(0, MOST) };
    case "#":
      return { word, found: channels(query, state).slice(0, MOST) };
    case ":":
      if (query.length < 2) return { word, found: [] };
      return {
        word,
        found: searchEmoji(query, MOST).map(({ name, emoji }) => ({
          key: name,
          insert: `${emoji} `,
          label: `${emoji}  :${name}:`,
        })),
      };
    default:
      return { word: "", found: [] };
  }
}

/** The text with the word before the caret replaced, and the caret behind it. */
export function replaceWord(
  text: string,
  caret: number,
  word: string,
  insert: string,
): { next: string; at: number } {
  const start = caret - word.length;
  const rest = text.slice(caret).replace(/^ /, "");
  return { next: text.slice(0, start) + insert + rest, at: start + insert.length };
}

function commands(word: string, state: State): Completion[] {
  return state.commands
    .filter((one) => one.command.startsWith(word))
    .map((one) => ({
      key: one.command,
      insert: `${one.command} `,
      label: one.command,
      hint: one.usage_hint,
      detail: one.description,
    }));
}

function people(query: string, state: State): Completion[] {
  const found = [...state.people.values()]
    .filter((one) => one.name.startsWith(query) || displayName(one, one.id).toLowerCase().includes(query))
    .sort((one, other) => Number(other.is_bot ?? false) - Number(one.is_bot ?? false))
    .map((one) => ({
      key: one.id,
      insert: `@${one.name} `,
      label: displayName(one, one.id),
      detail: `@${one.name}`,
      person: one.id,
    }));
  const all = ["here", "channel"]
    .filter((name) => query !== "" && name.startsWith(query))
    .map((name) => ({ key: name, insert: `@${name} `, label: `@${name}` }));
  return [...found, ...all];
}

function channels(query: string, state: State): Completion[] {
  return [...state.channels.values()]
    .filter((one) => !one.is_im && one.name?.includes(query))
    .map((one) => ({
      key: one.id,
      insert: `#${one.name} `,
      label: `#${one.name}`,
      detail: one.topic?.value,
    }));
}
