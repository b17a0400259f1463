import { useEffect, useEffectEvent, useState } from "react";
import type { Conversation, Message, Person, View } from "./types";

export interface Command {
  command: string;
  description?: string;
  usage_hint?: string;
}

export interface Shortcut {
  name: string;
  type: "message" | "global";
  callback_id: string;
  description?: string;
}

export interface Prompts {
  channel: string;
  thread_ts: string | null;
  title: string | null;
  prompts: { title: string; message: string }[];
}

export interface Status {
  channel: string;
  thread_ts: string | null;
  status: string;
  loading_messages: string[];
  expires_at: number;
}

export interface AgentSession {
  channel: string;
  thread_ts: string | null;
  status: string;
  title: string | null;
}

export interface Channel extends Conversation {
  last_read?: string;
  unread?: number;
  mentions?: number;
}

export interface LogEntry {
  n: number;
  at: number;
  kind: "envelope" | "call" | "violation" | "socket";
  envelope_id?: string;
  type?: string;
  event_id?: string;
  event_type?: string;
  ack_ms?: number | null;
  retry_attempt?: number;
  method?: string;
  token?: string | null;
  status?: number;
  error?: string;
  ms?: number;
  what?: string;
  state?: string;
}

export interface Clock {
  now: number;
  offset: number;
}

export interface Snapshot {
  type: "snapshot";
  me: Person;
  team: { id: string; name: string };
  bot: { user_id: string; name: string };
  people: Person[];
  channels: Channel[];
  commands: Command[];
  shortcuts: Shortcut[];
  prompts: Prompts[];
  statuses: Status[];
  sessions: AgentSession[];
  views: View[];
  home: View | null;
  clock: Clock;
  sockets: number;
}

export type Frame =
  | Snapshot
  | { type: "message" | "message_changed"; channel: string; message: Message }
  | { type: "message_deleted"; channel: string; ts: string; thread_ts?: string }
  | ({ type: "status" } & Status)
  | ({ type: "session" } & AgentSession)
  | ({ type: "prompts" } & Prompts)
  | { type: "views"; views: View[]; home: View | null }
  | { type: "unread"; channel: string; unread: number; mentions: number; last_read: string }
  | { type: "channel"; channel: Channel }
  | ({ type: "clock" } & Clock)
  | { type: "sockets"; sockets: number }
  | { type: "log"; entry: LogEntry };

const RETRY_MS = 3000;

/**
 * Follows the server's feed as one person; every (re)connection begins with a snapshot.
 * Returns whether the feed is open: false while the server can't be reached.
 */
export function useFeed(user: string, withLog: boolean, onFrame: (frame: Frame) => void): boolean {
  const [open, setOpen] = useState(true);
  const [attempt, setAttempt] = useState(0);
  const receive = useEffectEvent(onFrame);
  useEffect(() => {
    const source = new EventSource(`/page/feed?user=${encodeURIComponent(user)}${withLog ? "&log=1" : ""}`);
    source.onopen = () => setOpen(true);
    let timer: ReturnType<typeof setTimeout> | undefined;
    source.onerror = () => {
      setOpen(false);
      // After a lost connection the browser tries again by itself, after an answer other than 200 it does not.
      if (source.readyState === EventSource.CLOSED)
        timer = setTimeout(() => setAttempt((before) => before + 1), RETRY_MS);
    };
    source.onmessage = (event: MessageEvent<string>) => receive(JSON.parse(event.data) as Frame);
    return () => {
      clearTimeout(timer);
      source.close();
    };
  }, [user, withLog, attempt]);
  return open;
}
