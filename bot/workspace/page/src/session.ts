import { createContext, useContext } from "react";
import type { Conversation, Person } from "./api/types";
import type { Language, Translate } from "./texts";

/** What every part of the page needs to know of the person who looks at it. */
export interface Session {
  me: Person;
  bot: Person | undefined;
  people: Map<string, Person>;
  conversations: Map<string, Conversation>;
  language: Language;
  locale: string;
  zone: string;
  t: Translate;
  /** Shows a conversation, and one of its messages when a ts is given. */
  go: (channel: string, ts?: string) => void;
  /** A line that appears for some seconds, for what went wrong. */
  notify: (text: string) => void;
}

export const SessionContext = createContext<Session | null>(null);

export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new Error("useSession outside of a session");
  return session;
}

/** A person's name as others read it. */
export function displayName(person: Person | undefined, id: string): string {
  return person?.profile?.display_name || person?.real_name || person?.name || id;
}

/** `#general`, or the other person's name for a DM. */
export function conversationName(session: Session, conversation: Conversation): string {
  if (conversation.is_im)
    return displayName(session.people.get(conversation.user ?? ""), conversation.user ?? "");
  return conversation.name ?? conversation.id;
}
