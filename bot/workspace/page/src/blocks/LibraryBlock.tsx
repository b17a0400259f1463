import type { ComponentProps, ReactNode } from "react";
import { Message } from "slack-blocks-to-jsx";
import "slack-blocks-to-jsx/dist/style.css";
import type { Block } from "../api/types";
import { slackDate } from "../dates";
import { ChannelMention, Emoji, SafeLink, UserMention } from "../mrkdwn/Mrkdwn";
import { conversationName, displayName, useSession } from "../session";
import { useTheme } from "../theme";

type Hooks = NonNullable<ComponentProps<typeof Message>["hooks"]>;

/** One block drawn by slack-blocks-to-jsx, with our own mentions, links, emoji and dates in it. */
export default function LibraryBlock({ block }: { block: Block }): ReactNode {
  const session = useSession();
  const { dark } = useTheme();
  const hooks: Hooks = {
    user: ({ id, name }) => <UserMention id={id} label={name} />,
    channel: ({ id, name }) => <ChannelMention id={id} label={name} />,
    emoji: (found) => <Emoji name={"name" in found ? String(found.name) : ""} />,
    link: ({ href, children }) => <SafeLink href={href ?? ""}>{children}</SafeLink>,
    date: ({ timestamp, format }) => slackDate(Number(timestamp), format, session),
  };
  const users = [...session.people.values()].map((person) => ({
    id: person.id,
    name: displayName(person, person.id),
  }));
  const channels = [...session.conversations.values()].map((one) => ({
    id: one.id,
    name: conversationName(session, one),
  }));
  return (
    <div className="library-block">
      <Message
        blocks={[block] as unknown as ComponentProps<typeof Message>["blocks"]}
        name=""
        logo=""
        withoutWrapper
        theme={dark ? "dark" : "light"}
        data={{ users, channels }}
        hooks={hooks}
      />
    </div>
  );
}
