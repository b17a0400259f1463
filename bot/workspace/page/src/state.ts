import type {
  AgentSession,
  Channel,
  Clock,
  Command,
  Frame,
  Prompts,
  Shortcut,
  Snapshot,
  Status,
} from "./api/feed";
import type { Message, Person, View } from "./api/types";

/** All that the page shows of the workspace, as one person sees it. */
export interface State {
  me: Person;
  botId: string;
  team: string;
  people: Map<string, Person>;
  channels: Map<string, Channel>;
  commands: Command[];
  shortcuts: Shortcut[];
  prompts: Map<string, Prompts>;
  statuses: Map<string, Status>;
  sessions: Map<string, AgentSession>;
  views: View[];
  home: View | null;
  clock: Clock;
  sockets: number;
  /** Messages outside of threads, by channel, oldest first; a channel is absent until it was opened. */
  messages: Map<string, Message[]>;
  /** Whether a channel has messages older than those loaded. */
  more: Map<string, boolean>;
  /** Threads by `placeKey(channel, ts of the root)`, the root first; absent until opened. */
  threads: Map<string, Message[]>;
  /** What came by the feed while a place's messages were being loaded, by place. */
  arrivals: Map<string, Message[]>;
  /** Grows with every snapshot: what was loaded before it must be loaded again. */
  generation: number;
}

export type Action =
  | Frame
  | { type: "loading"; channel: string; ts?: string }
  | { type: "history" | "older"; channel: string; messages: Message[]; more: boolean }
  | { type: "thread"; channel: string; ts: string; messages: Message[] };

/** The key of a channel (no thread) or of one thread in it. */
export function placeKey(channel: string, threadTs?: string | null): string {
  return threadTs ? `${channel}/${threadTs}` : channel;
}

export function reduce(state: State | null, action: Action): State | null {
  if (action.type === "snapshot") return fromSnapshot(action, state);
  if (!state) return null;
  switch (action.type) {
    case "loading":
      return { ...state, arrivals: with_(state.arrivals, placeKey(action.channel, action.ts), []) };
    case "history":
      return {
        ...state,
        ...loaded(state, "messages", action.channel, action.messages),
        more: with_(state.more, action.channel, action.more),
      };
    case "older": {
      const list = [...action.messages, ...(state.messages.get(action.channel) ?? [])];
      return {
        ...state,
        messages: with_(state.messages, action.channel, list),
        more: with_(state.more, action.channel, action.more),
      };
    }
    case "thread":
      return { ...state, ...loaded(state, "threads", placeKey(action.channel, action.ts), action.messages) };
    case "message":
    case "message_changed":
      return put(state, action.channel, action.message);
    case "message_deleted":
      return remove(state, action.channel, action.ts);
    case "status":
      return {
        ...state,
        statuses: with_(state.statuses, placeKey(action.channel, action.thread_ts), action),
      };
    case "session":
      return {
        ...state,
        sessions: with_(state.sessions, placeKey(action.channel, action.thread_ts), action),
      };
    case "prompts":
      return { ...state, prompts: with_(state.prompts, placeKey(action.channel, action.thread_ts), action) };
    case "views":
      return { ...state, views: action.views, home: action.home };
    case "unread": {
      const channel = state.channels.get(action.channel);
      if (!channel) return state;
      const { unread, mentions, last_read } = action;
      return {
        ...state,
        channels: with_(state.channels, action.channel, { ...channel, unread, mentions, last_read }),
      };
    }
    case "channel":
      return { ...state, channels: with_(state.channels, action.channel.id, action.channel) };
    case "clock":
      return { ...state, clock: { now: action.now, offset: action.offset } };
    case "sockets":
      return { ...state, sockets: action.sockets };
    case "log":
      return state;
  }
}

function fromSnapshot(frame: Snapshot, before: State | null): State {
  const same = before?.me.id === frame.me.id ? before : null;
  const keyed = <T extends { channel: string; thread_ts: string | null }>(list: T[]): Map<string, T> =>
    new Map(list.map((one) => [placeKey(one.channel, one.thread_ts), one]));
  return {
    me: frame.me,
    botId: frame.bot.user_id,
    team: frame.team.name,
    people: new Map(frame.people.map((person) => [person.id, person])),
    channels: new Map(frame.channels.map((channel) => [channel.id, channel])),
    commands: frame.commands,
    shortcuts: frame.shortcuts,
    prompts: keyed(frame.prompts),
    statuses: keyed(frame.statuses),
    sessions: keyed(frame.sessions),
    views: frame.views,
    home: frame.home,
    clock: frame.clock,
    sockets: frame.sockets,
    messages: same?.messages ?? new Map(),
    more: same?.more ?? new Map(),
    threads: same?.threads ?? new Map(),
    arrivals: new Map(),
    generation: (before?.generation ?? 0) + 1,
  };
}

function with_<V>(map: Map<string, V>, key: string, value: V): Map<string, V> {
  return new Map(map).set(key, value);
}

function loaded(
  state: State,
  where: "messages" | "threads",
  key: string,
  fetched: Message[],
): Partial<State> {
  const arrivals = new Map(state.arrivals);
  const list = (arrivals.get(key) ?? []).reduce(merged, fetched);
  arrivals.delete(key);
  return { [where]: with_(state[where], key, list), arrivals };
}

/** Whether a message stands in the channel itself: roots, and replies that were sent there too. */
function inChannel(message: Message): boolean {
  return !message.thread_ts || message.thread_ts === message.ts || message.subtype === "thread_broadcast";
}

function put(state: State, channel: string, message: Message): State {
  const threadKey = placeKey(channel, message.thread_ts ?? message.ts);
  const add = (map: Map<string, Message[]>, key: string) => {
    const list = map.get(key);
    return list ? with_(map, key, merged(list, message)) : map;
  };
  const stands = inChannel(message);
  return {
    ...state,
    messages: stands ? add(state.messages, channel) : state.messages,
    threads: add(state.threads, threadKey),
    arrivals: add(stands ? add(state.arrivals, channel) : state.arrivals, threadKey),
  };
}

/** Replaces by ts, or inserts where the ts belongs. */
function merged(list: Message[], message: Message): Message[] {
  const at = list.findIndex((one) => one.ts >= message.ts);
  if (at < 0) return [...list, message];
  const replaced = list[at]?.ts === message.ts ? 1 : 0;
  return list.toSpliced(at, replaced, message);
}

function remove(state: State, channel: string, ts: string): State {
  const without = (list: Message[]) => list.filter((one) => one.ts !== ts);
  const messages = state.messages.has(channel)
    ? with_(state.messages, channel, without(state.messages.get(channel) ?? []))
    : state.messages;
  const threads = new Map(state.threads);
  for (const [key, list] of threads) {
    if (key.startsWith(`${channel}/`) && list.some((one) => one.ts === ts)) threads.set(key, without(list));
  }
  return { ...state, messages, threads };
}
