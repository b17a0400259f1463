import type { Conversation, Person } from "./api/types";
import { escape, unescape } from "./mrkdwn/parse";

const BROADCASTS = new Set(["here", "channel", "everyone"]);

interface Names {
  people: Map<string, Person>;
  conversations: Map<string, Conversation>;
}

/**
 * What a person typed as Slack's client sends it: `&`, `<` and `>` escaped, `@ana` and `#general` as ids. Handles
 * and channels that nobody has stay text.
 */
export function toWire(typed: string, { people, conversations }: Names): string {
  const byHandle = new Map([...people.values()].map((person) => [person.name.toLowerCase(), person.id]));
  const byName = new Map(
    [...conversations.values()].filter((one) => !one.is_im).map((one) => [one.name ?? "", one.id]),
  );
  return escape(typed).replace(
    /(^|[^\p{L}\p{N}_])([@#])([\p{L}\p{N}._-]+)/gu,
    (whole, before: string, sign: string, word: string) => {
      // A full stop that ends the sentence is no part of the name.
      const name = word.replace(/[.-]+$/, "");
      const rest = word.slice(name.length);
      if (sign === "#") {
        const channel = byName.get(name);
        return channel ? `${before}<#${channel}>${rest}` : whole;
      }
      if (BROADCASTS.has(name)) return `${before}<!${name}>${rest}`;
      const person = byHandle.get(name.toLowerCase());
      return person ? `${before}<@${person}>${rest}` : whole;
    },
  );
}

/** The reverse, for editing what was sent. */
export function fromWire(text: string, { people, conversations }: Names): string {
  const typed = text.replace(
    /<(@|#|!)?([^<>|]+)(?:\|([^<>]*))?>/g,
    (whole, sign: string | undefined, target: string, label?: string) => {
      if (sign === "@") return `@${people.get(target)?.name ?? label ?? target}`;
      if (sign === "#") return `#${conversations.get(target)?.name ?? label ?? target}`;
      if (sign === "!") return BROADCASTS.has(target) ? `@${target}` : whole;
      return label && label !== target ? `${label} (${target})` : target;
    },
  );
  return unescape(typed);
}
