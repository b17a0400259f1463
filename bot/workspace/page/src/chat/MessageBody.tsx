import type { ReactNode } from "react";
import type { Attachment, Message } from "../api/types";
import { Blocks } from "../blocks/Blocks";
import { MarkdownText } from "../blocks/MarkdownText";
import { Mrkdwn, SafeLink } from "../mrkdwn/Mrkdwn";
import { useSession } from "../session";
import { Files } from "./Files";
import { MessageSurface } from "./MessageSurface";

/** A message's text or blocks, attachments and files. */
export function MessageBody({ channel, message }: { channel: string; message: Message }): ReactNode {
  const { t } = useSession();
  if (message.subtype === "tombstone") return <p className="tombstone">{t("message.tombstone")}</p>;
  const blocks = message.blocks ?? [];
  // A person's rich_text block says what the text says; the text is drawn with our own mentions.
  const isTyped = !message.bot_id && message.text && blocks.every((block) => block.type === "rich_text");
  const own = blocks.length > 0 && !isTyped;
  return (
    <MessageSurface channel={channel} message={message}>
      {own && <Blocks blocks={blocks} />}
      {!own &&
        message.text &&
        (message.streaming ? <MarkdownText text={message.text} /> : <Mrkdwn text={message.text} />)}
      {message.streaming && <span className="streaming" role="status" aria-label={t("message.streaming")} />}
      {message.attachments?.map((attachment, index) => (
        <AttachmentView key={index} attachment={attachment} />
      ))}
      {message.files && message.files.length > 0 && <Files files={message.files} />}
      {message.edited && <small className="edited">{t("message.edited")}</small>}
    </MessageSurface>
  );
}

function AttachmentView({ attachment }: { attachment: Attachment }): ReactNode {
  const color = /^#?[0-9a-f]{6}$/i.test(attachment.color ?? "")
    ? `#${attachment.color?.replace("#", "")}`
    : undefined;
  return (
    <div className="attachment" style={color ? { borderInlineStartColor: color } : undefined}>
      {attachment.title && (
        <strong>
          {attachment.title_link ? (
            <SafeLink href={attachment.title_link}>{attachment.title}</SafeLink>
          ) : (
            attachment.title
          )}
        </strong>
      )}
      {attachment.text && <Mrkdwn text={attachment.text} />}
      {attachment.blocks && <Blocks blocks={attachment.blocks} />}
      {attachment.footer && <small>{attachment.footer}</small>}
    </div>
  );
}
