import { Fragment, type ReactNode, useMemo } from "react";
import type { TextObject } from "../api/types";
import { slackDate } from "../dates";
import { emojiOf } from "../emoji";
import { conversationName, displayName, useSession } from "../session";
import { type Inline, parse, parsePlain } from "./parse";

/** A text object's or message's text, as Slack would draw it. */
export function Mrkdwn({ text }: { text: string }): ReactNode {
  const paragraphs = useMemo(() => parse(text), [text]);
  return (
    <div className="mrkdwn">
      {paragraphs.map((paragraph, index) => {
        switch (paragraph.kind) {
          case "pre":
            return <pre key={index}>{paragraph.text}</pre>;
          case "quote":
            return (
              <blockquote key={index} dir="auto">
                <Inlines nodes={paragraph.children} />
              </blockquote>
            );
          case "text":
            return (
              <p key={index} dir="auto">
                <Inlines nodes={paragraph.children} />
              </p>
            );
        }
      })}
    </div>
  );
}

/** A plain_text object: line breaks, and emoji unless it says `emoji: false`. */
export function Plain({ of: { text, emoji } }: { of: Pick<TextObject, "text" | "emoji"> }): ReactNode {
  const nodes = useMemo(() => parsePlain(text, emoji !== false), [text, emoji]);
  return <Inlines nodes={nodes} />;
}

function Inlines({ nodes }: { nodes: Inline[] }): ReactNode {
  return nodes.map((node, index) => <Fragment key={index}>{inline(node)}</Fragment>);
}

function inline(node: Inline): ReactNode {
  switch (node.kind) {
    case "text":
      return node.text;
    case "break":
      return <br />;
    case "bold":
      return (
        <strong>
          <Inlines nodes={node.children} />
        </strong>
      );
    case "italic":
      return (
        <em>
          <Inlines nodes={node.children} />
        </em>
      );
    case "strike":
      return (
        <del>
          <Inlines nodes={node.children} />
        </del>
      );
    case "code":
      return <code>{node.text}</code>;
    case "emoji":
      return <Emoji name={node.name} />;
    case "user":
      return <UserMention id={node.id} label={node.label} />;
    case "channel":
      return <ChannelMention id={node.id} label={node.label} />;
    case "usergroup":
      return <span className="mention">@{(node.label ?? node.id).replace(/^@/, "")}</span>;
    case "broadcast":
      return <span className="mention mention-all">@{node.range}</span>;
    case "date":
      return <SlackDate {...node} />;
    case "link":
      return (
        <SafeLink href={node.url}>
          <Inlines nodes={node.children} />
        </SafeLink>
      );
  }
}

/** An emoji by its short name; the name itself where no character is known. */
export function Emoji({ name }: { name: string }): ReactNode {
  const character = emojiOf(name);
  if (!character) return `:${name}:`;
  return (
    <span className="emoji" role="img" aria-label={name.replace(/_/g, " ")} title={`:${name}:`}>
      {character}
    </span>
  );
}

export function UserMention({ id, label = null }: { id: string; label?: string | null }): ReactNode {
  const { people, me } = useSession();
  const name = people.has(id) ? displayName(people.get(id), id) : (label ?? id);
  return <span className={id === me.id ? "mention mention-me" : "mention"}>@{name}</span>;
}

export function ChannelMention({ id, label = null }: { id: string; label?: string | null }): ReactNode {
  const session = useSession();
  const conversation = session.conversations.get(id);
  if (!conversation) return <span className="mention">#{label ?? id}</span>;
  return (
    <button type="button" className="mention mention-link" onClick={() => session.go(id)}>
      #{conversationName(session, conversation)}
    </button>
  );
}

function SlackDate(props: {
  epoch: number;
  format: string;
  url: string | null;
  fallback: string;
}): ReactNode {
  const session = useSession();
  const text = slackDate(props.epoch, props.format, session);
  const time = (
    <time dateTime={new Date(props.epoch * 1000).toISOString()} title={props.fallback}>
      {text}
    </time>
  );
  return props.url ? <SafeLink href={props.url}>{time}</SafeLink> : time;
}

/** A permalink of this workspace (`/archives/C…/p…`) to its channel and ts, else null. */
function permalinkTarget(href: string): { channel: string; ts: string } | null {
  const url = URL.canParse(href) ? new URL(href) : null;
  if (url?.origin !== window.location.origin) return null;
  const match = /\/archives\/([A-Z0-9]+)\/p(\d+)(\d{6})$/.exec(url.pathname);
  return match ? { channel: match[1] ?? "", ts: `${match[2]}.${match[3]}` } : null;
}

/** A link that opens elsewhere, tells the other page nothing, and never runs a script. */
export function SafeLink({ href, children }: { href: string; children: ReactNode }): ReactNode {
  const { go } = useSession();
  if (!/^(https?:|mailto:|tel:)/i.test(href)) return <span title={href}>{children}</span>;
  const here = permalinkTarget(href);
  return (
    <a
      href={href}
      target="_blank"
      rel="noopener noreferrer"
      onClick={(event) => {
        if (!here || event.metaKey || event.ctrlKey) return;
        event.preventDefault();
        go(here.channel, here.ts);
      }}
    >
      {children}
    </a>
  );
}
