import { type ReactNode, useState } from "react";
import type { Message } from "../api/types";
import { fromWire } from "../compose";
import { clock, fullTime } from "../dates";
import { Emoji } from "../mrkdwn/Mrkdwn";
import { Avatar } from "../parts/Avatar";
import { Dialog } from "../parts/Dialog";
import { EmojiPicker } from "../parts/EmojiPicker";
import { displayName, useSession } from "../session";
import { placeKey } from "../state";
import { useWorkspace } from "../workspace";
import { Composer } from "./Composer";
import { MessageBody } from "./MessageBody";
import { MessageToolbar } from "./MessageToolbar";
import { StatusLine } from "./StatusLine";

interface Props {
  channel: string;
  message: Message;
  /** A message that follows one of the same author closely stands without name and avatar. */
  grouped: boolean;
  inThread: boolean;
  highlighted: boolean;
  onOpenThread: (ts: string) => void;
}

/** One message with its author, body, reactions, replies, and what one can do with it. */
export function MessageItem(props: Props): ReactNode {
  const { channel, message, grouped, inThread } = props;
  const session = useSession();
  const { state, actions } = useWorkspace();
  const [editing, setEditing] = useState(false);
  const [deleting, setDeleting] = useState(false);
  const author = message.user ?? state.botId;
  const person = session.people.get(author);
  const name = message.username ?? displayName(person, author);
  const classes = [
    "message",
    grouped ? "grouped" : "",
    message.is_ephemeral ? "ephemeral" : "",
    props.highlighted ? "highlighted" : "",
  ];
  const mine = message.user === session.me.id && !message.is_ephemeral && message.subtype !== "tombstone";
  const { t } = session;

  return (
    <article
      className={classes.join(" ")}
      data-ts={message.ts}
      aria-label={t("message.label", { name, time: clock(message.ts, session) })}
      tabIndex={-1}
    >
      <div className="message-side">
        {grouped ? (
          <time className="side-time" title={fullTime(message.ts, session)}>
            {clock(message.ts, session)}
          </time>
        ) : (
          <Avatar person={person} id={author} />
        )}
      </div>
      <div className="message-main">
        {message.is_ephemeral && <div className="only-you">👁 {t("message.only_you")}</div>}
        {!grouped && (
          <div className="message-head">
            <strong className="author">{name}</strong>
            {person?.is_bot && <span className="badge">{t("message.app")}</span>}
            <time
              dateTime={new Date(Number(message.ts) * 1000).toISOString()}
              title={fullTime(message.ts, session)}
            >
              {clock(message.ts, session)}
            </time>
          </div>
        )}
        {editing ? (
          <Composer
            placeholder={t("message.edit")}
            channel={channel}
            initial={fromWire(message.text ?? "", session)}
            onCancel={() => setEditing(false)}
            onSend={async (typed) => {
              const done = await actions.edit(channel, message, typed);
              if (done) setEditing(false);
              return done;
            }}
          />
        ) : (
          <MessageBody channel={channel} message={message} />
        )}
        <Reactions channel={channel} message={message} />
        {!inThread && <ThreadLink message={message} onOpen={() => props.onOpenThread(message.ts)} />}
        {!inThread && <StatusLine status={state.statuses.get(placeKey(channel, message.ts))} />}
      </div>
      {!editing && (
        <MessageToolbar
          channel={channel}
          message={message}
          inThread={inThread}
          onReply={() => props.onOpenThread(message.thread_ts ?? message.ts)}
          onEdit={mine ? () => setEditing(true) : undefined}
          onDelete={mine ? () => setDeleting(true) : undefined}
        />
      )}
      {deleting && (
        <Dialog
          className="small"
          title={t("message.delete_title")}
          onClose={() => setDeleting(false)}
          footer={
            <>
              <button type="button" className="button" onClick={() => setDeleting(false)}>
                {t("cancel")}
              </button>
              <button
                type="button"
                data-autofocus
                className="button danger"
                onClick={() => {
                  setDeleting(false);
                  void actions.remove(channel, message);
                }}
              >
                {t("message.delete")}
              </button>
            </>
          }
        >
          <p>{t("message.delete_text")}</p>
        </Dialog>
      )}
    </article>
  );
}

function Reactions({ channel, message }: { channel: string; message: Message }): ReactNode {
  const session = useSession();
  const { actions } = useWorkspace();
  const reactions = message.reactions ?? [];
  if (reactions.length === 0) return null;
  return (
    <div className="reactions">
      {reactions.map((reaction) => {
        const mine = reaction.users.includes(session.me.id);
        const who = reaction.users.map((id) => displayName(session.people.get(id), id)).join(", ");
        return (
          <button
            key={reaction.name}
            type="button"
            className={`reaction ${mine ? "mine" : ""}`}
            aria-pressed={mine}
            aria-label={session.t("message.reaction", { name: reaction.name.replace(/_/g, " "), who })}
            title={`${who} · :${reaction.name}:`}
            onClick={() => void actions.react(channel, message, reaction.name)}
          >
            <Emoji name={reaction.name} /> <span>{reaction.count}</span>
          </button>
        );
      })}
      <EmojiPicker
        label={session.t("message.react")}
        onChoose={(name) => void actions.react(channel, message, name)}
      >
        ☺︎⁺
      </EmojiPicker>
    </div>
  );
}

function ThreadLink({ message, onOpen }: { message: Message; onOpen: () => void }): ReactNode {
  const session = useSession();
  const count = message.reply_count ?? 0;
  if (count === 0) return null;
  return (
    <button type="button" className="thread-link" onClick={onOpen}>
      {(message.reply_users ?? []).slice(0, 4).map((id) => (
        <Avatar key={id} person={session.people.get(id)} id={id} size={22} />
      ))}
      <strong>
        {count === 1 ? session.t("thread.one_reply") : session.t("thread.replies", { n: count })}
      </strong>
      {message.latest_reply && (
        <small>{session.t("thread.last_reply", { time: clock(message.latest_reply, session) })}</small>
      )}
    </button>
  );
}
