import { createContext, type Dispatch, useContext } from "react";
import { ApiError, call, history, interact, pagePost, replies, shareFiles } from "./api/client";
import type { Message } from "./api/types";
import { toWire } from "./compose";
import type { Session } from "./session";
import type { Action, State } from "./state";

/** The workspace as this person sees it, and what the person can do in it. */
export interface Workspace {
  state: State;
  dispatch: Dispatch<Action>;
  actions: Actions;
}

export const WorkspaceContext = createContext<Workspace | null>(null);

export function useWorkspace(): Workspace {
  const workspace = useContext(WorkspaceContext);
  if (!workspace) throw new Error("useWorkspace outside of a workspace");
  return workspace;
}

/** How long after a failed load the next try begins. */
const RETRY_MS = 1000;

/** Where a message goes: a channel, or a thread in it. */
export interface Place {
  channel: string;
  threadTs?: string | undefined;
}

/** A person's deeds. Each reports its own failure as a line on the page and answers whether it went well. */
export class Actions {
  constructor(
    private readonly newest: () => Session,
    private readonly dispatch: Dispatch<Action>,
  ) {}

  private get session(): Session {
    return this.newest();
  }

  private get handle(): string {
    return this.session.me.name;
  }

  /** Runs one deed; a failure becomes a line on the page. */
  async attempt<T>(deed: () => Promise<T>): Promise<T | null> {
    try {
      return await deed();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.session.notify(this.explain(error.code));
      return null;
    }
  }

  explain(code: string): string {
    const { t } = this.session;
    switch (code) {
      case "no_ack":
        return t("error.no_ack");
      case "unreachable":
        return t("error.unreachable");
      case "unknown_command":
        return t("error.unknown_command");
      default:
        return t("error.other", { code });
    }
  }

  /** Runs a load until the server answers: a place opened while it could not be reached fills when it is back. */
  private async insist<T>(load: (handle: string) => Promise<T>): Promise<T | null> {
    const handle = this.handle;
    let told = false;
    while (handle === this.handle) {
      try {
        return await load(handle);
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        if (!told) this.session.notify(this.explain(error.code));
        if (error.code !== "unreachable") return null;
        told = true;
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
    return null;
  }

  async loadChannel(channel: string): Promise<void> {
    this.dispatch({ type: "loading", channel });
    const page = await this.insist((handle) => history(handle, channel));
    if (page) this.dispatch({ type: "history", channel, ...page });
  }

  /** Puts the messages before `ts` in front of those that are shown. */
  async loadOlder(channel: string, ts: string): Promise<void> {
    const page = await this.attempt(() => history(this.handle, channel, ts));
    if (page) this.dispatch({ type: "older", channel, ...page });
  }

  async loadThread(channel: string, ts: string): Promise<void> {
    this.dispatch({ type: "loading", channel, ts });
    const messages = await this.insist((handle) => replies(handle, channel, ts));
    if (messages) this.dispatch({ type: "thread", channel, ts, messages });
  }

  /** Posts what was typed, with files; answers the new message's ts, "" when there is none to name, null on failure. */
  post(place: Place, typed: string, files: File[]): Promise<string | null> {
    const text = toWire(typed, this.session);
    const thread = place.threadTs ? { thread_ts: place.threadTs } : {};
    return this.attempt(async () => {
      if (files.length > 0) {
        await shareFiles(this.handle, files, {
          channel_id: place.channel,
          ...thread,
          ...(text ? { initial_comment: text } : {}),
        });
        return "";
      }
      const answer = await call<{ ts: string }>(this.handle, "chat.postMessage", {
        channel: place.channel,
        text,
        ...thread,
      });
      return answer.ts;
    });
  }

  async command(channel: string, typed: string): Promise<boolean> {
    const [, command = "", text = ""] = /^(\/\S+)\s*([\s\S]*)$/.exec(typed) ?? [];
    return (
      (await this.attempt(() =>
        call(this.handle, "chat.command", { channel, command, text: text.trim() }),
      )) !== null
    );
  }

  async edit(channel: string, message: Message, typed: string): Promise<boolean> {
    const text = toWire(typed, this.session);
    return (
      (await this.attempt(() => call(this.handle, "chat.update", { channel, ts: message.ts, text }))) !== null
    );
  }

  async remove(channel: string, message: Message): Promise<void> {
    await this.attempt(() => call(this.handle, "chat.delete", { channel, ts: message.ts }));
  }

  /** Adds the person's reaction, or takes it away when it is there already. */
  async react(channel: string, message: Message, name: string): Promise<void> {
    const mine = message.reactions?.some(
      (one) => one.name === name && one.users.includes(this.session.me.id),
    );
    const method = mine ? "reactions.remove" : "reactions.add";
    await this.attempt(() => call(this.handle, method, { channel, timestamp: message.ts, name }));
  }

  async shortcut(callbackId: string, on?: { channel: string; message: Message }): Promise<void> {
    const where = on ? { channel: on.channel, message_ts: on.message.ts } : {};
    await this.attempt(() => interact({ user: this.handle, callback_id: callbackId, ...where }));
  }

  async openTab(tab: "home" | "messages"): Promise<void> {
    await this.attempt(() => interact({ user: this.handle, tab }));
  }

  /** The DM with the app, opened when there is none yet. */
  openDm(user: string): Promise<string | null> {
    return this.attempt(async () => {
      const answer = await call<{ channel: { id: string } }>(this.handle, "conversations.open", {
        users: user,
      });
      return answer.channel.id;
    });
  }

  /** Marks all that was said so far as read. A failure is no news: the marks merely stay. */
  async markRead(channel: string): Promise<void> {
    const ts = (Date.now() / 1000).toFixed(6);
    await pagePost("/page/read", { user: this.handle, channel, ts }).catch(() => undefined);
  }

  async stop(channel: string, threadTs: string | null): Promise<void> {
    await this.attempt(() => pagePost("/page/stop", { user: this.handle, channel, thread_ts: threadTs }));
  }

  permalink(channel: string, message: Message): string {
    const thread =
      message.thread_ts && message.thread_ts !== message.ts
        ? `?thread_ts=${message.thread_ts}&cid=${channel}`
        : "";
    return `${window.location.origin}/archives/${channel}/p${message.ts.replace(".", "")}${thread}`;
  }
}
