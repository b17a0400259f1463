import { Fragment, type ReactNode, useEffect, useLayoutEffect, useRef, useState } from "react";
import type { Message } from "../api/types";
import { dayKey, dayName } from "../dates";
import { useSession } from "../session";
import { MessageItem } from "./MessageItem";

interface Props {
  channel: string;
  messages: Message[];
  inThread: boolean;
  label: string;
  /** Messages after this ts are marked as new, as they were when the place was opened. */
  lastRead?: string | undefined;
  /** A message to show at once, from a permalink. */
  target?: string | undefined;
  onOpenThread: (ts: string) => void;
  /** Stands above the first message, or instead of them. */
  head?: ReactNode;
  /** Stands below the last message: status, suggested prompts. */
  foot?: ReactNode;
}

const GROUP_SECONDS = 300;
const NEAR_END_PX = 80;

/** Messages by day and author; stays at the end while one is there, else offers the way back. */
export function MessageList({
  channel,
  messages,
  inThread,
  label,
  lastRead,
  target,
  onOpenThread,
  head,
  foot,
}: Props): ReactNode {
  const session = useSession();
  const { t, me } = session;
  const scroller = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  // What comes while one is looking is not "new": the rule stands above what was missed.
  const opened = useRef(Date.now() / 1000);
  const [missed, setMissed] = useState(false);
  const last = messages[messages.length - 1];

  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element || !content.current) return;
    const follow = () => {
      if (atEnd.current) element.scrollTop = element.scrollHeight;
    };
    follow();
    // Images, charts and streamed text grow after they were placed.
    const sizes = new ResizeObserver(follow);
    sizes.observe(content.current);
    return () => sizes.disconnect();
  }, []);
  useEffect(() => {
    if (!atEnd.current && last && last.user !== me.id) setMissed(true);
  }, [last?.ts]);
  useEffect(() => {
    if (!target) return;
    const element = content.current?.querySelector<HTMLElement>(`[data-ts="${CSS.escape(target)}"]`);
    if (!element) return;
    atEnd.current = false;
    element.scrollIntoView({ block: "center" });
    element.focus({ preventScroll: true });
  }, [target, messages.length > 0]);

  const scrolled = () => {
    const element = scroller.current;
    if (!element) return;
    atEnd.current = element.scrollHeight - element.scrollTop - element.clientHeight < NEAR_END_PX;
    if (atEnd.current) setMissed(false);
  };
  const toEnd = () => {
    atEnd.current = true;
    setMissed(false);
    scroller.current?.scrollTo({ top: scroller.current.scrollHeight, behavior: "smooth" });
  };

  const isUnread = (one: Message) =>
    one.ts > (lastRead ?? "") && Number(one.ts) < opened.current && one.user !== me.id;
  const firstNew = lastRead === undefined ? undefined : messages.find(isUnread)?.ts;
  return (
    <div className="message-list">
      <div className="scroller" ref={scroller} onScroll={scrolled} role="log" aria-label={label} tabIndex={0}>
        <div ref={content} className="scroll-content">
          {head}
          {messages.map((message, index) => {
            const before = messages[index - 1];
            const newDay =
              !inThread && dayKey(message.ts, session.zone) !== (before && dayKey(before.ts, session.zone));
            const isNew = message.ts === firstNew && before !== undefined;
            return (
              <Fragment key={message.ts}>
                {newDay && (
                  <div className="day-rule">
                    <span>{dayName(message.ts, session)}</span>
                  </div>
                )}
                {isNew && (
                  <div className="new-rule">
                    <span>{t("list.new")}</span>
                  </div>
                )}
                <MessageItem
                  channel={channel}
                  message={message}
                  grouped={!newDay && !isNew && follows(before, message)}
                  inThread={inThread}
                  highlighted={message.ts === target}
                  onOpenThread={onOpenThread}
                />
                {inThread && index === 0 && messages.length > 1 && (
                  <div className="thread-rule">
                    <span>
                      {messages.length === 2
                        ? t("thread.one_reply")
                        : t("thread.replies", { n: messages.length - 1 })}
                    </span>
                  </div>
                )}
              </Fragment>
            );
          })}
          {foot}
        </div>
      </div>
      {missed && (
        <button type="button" className="missed" onClick={toEnd}>
          {t("list.newer")} ↓
        </button>
      )}
    </div>
  );
}

/** Whether a message continues what the one before it said: same author, within minutes, nothing between. */
function follows(before: Message | undefined, message: Message): boolean {
  return (
    before !== undefined &&
    before.user === message.user &&
    before.username === message.username &&
    !before.is_ephemeral &&
    !message.is_ephemeral &&
    !before.reply_count &&
    Number(message.ts) - Number(before.ts) < GROUP_SECONDS
  );
}
