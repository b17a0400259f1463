import type { CSSProperties, ReactNode } from "react";
import type { Block } from "../api/types";
import { slackDate } from "../dates";
import { ChannelMention, Emoji, SafeLink, UserMention } from "../mrkdwn/Mrkdwn";
import { useSession } from "../session";

interface Style {
  bold?: boolean;
  italic?: boolean;
  strike?: boolean;
  code?: boolean;
  underline?: boolean;
  highlight?: boolean;
}

interface Piece {
  type: string;
  text?: string;
  url?: string;
  name?: string;
  user_id?: string;
  channel_id?: string;
  usergroup_id?: string;
  range?: string;
  value?: string;
  timestamp?: number;
  format?: string;
  style?: Style;
}

interface Part {
  type: string;
  elements: (Piece | Part)[];
  style?: string;
  indent?: number;
  offset?: number;
}

/**
 * A `rich_text` block: what people write and what Deskhand answers with. Its strings are literal, nothing in them
 * is read as marking. https://docs.slack.dev/reference/block-kit/blocks/rich-text-block
 */
export function RichText({ block }: { block: Block }): ReactNode {
  const parts = (block.elements as Part[] | undefined) ?? [];
  return (
    <div className="rich-text">
      {parts.map((part, index) => (
        <PartView key={index} part={part} />
      ))}
    </div>
  );
}

function PartView({ part }: { part: Part }): ReactNode {
  switch (part.type) {
    case "rich_text_list": {
      const List = part.style === "ordered" ? "ol" : "ul";
      const style = { "--indent": part.indent ?? 0 } as CSSProperties;
      return (
        <List
          style={style}
          data-level={(part.indent ?? 0) % 3}
          start={part.style === "ordered" ? (part.offset ?? 0) + 1 : undefined}
        >
          {part.elements.map((item, index) => (
            <li key={index} dir="auto">
              <Pieces of={item as Part} />
            </li>
          ))}
        </List>
      );
    }
    case "rich_text_quote":
      return (
        <blockquote dir="auto">
          <Pieces of={part} />
        </blockquote>
      );
    case "rich_text_preformatted":
      return (
        <pre>
          <Pieces of={part} />
        </pre>
      );
    default:
      return (
        <div className="rich-section" dir="auto">
          <Pieces of={part} />
        </div>
      );
  }
}

function Pieces({ of }: { of: Part }): ReactNode {
  return (of.elements as Piece[]).map((piece, index) => <PieceView key={index} piece={piece} />);
}

function PieceView({ piece }: { piece: Piece }): ReactNode {
  return styled(useContent(piece), piece.style);
}

function useContent(piece: Piece): ReactNode {
  const session = useSession();
  switch (piece.type) {
    case "text":
      return piece.text;
    case "link":
      return <SafeLink href={piece.url ?? ""}>{piece.text || piece.url}</SafeLink>;
    case "emoji":
      return <Emoji name={piece.name ?? ""} />;
    case "user":
      return <UserMention id={piece.user_id ?? ""} />;
    case "channel":
      return <ChannelMention id={piece.channel_id ?? ""} />;
    case "usergroup":
      return <span className="mention">@{piece.usergroup_id}</span>;
    case "broadcast":
      return <span className="mention mention-all">@{piece.range}</span>;
    case "color":
      return piece.value;
    case "date":
      return slackDate(piece.timestamp ?? 0, piece.format ?? "{date}", session);
    default:
      return null;
  }
}

function styled(content: ReactNode, style: Style | undefined): ReactNode {
  let result = content;
  if (style?.code) result = <code>{result}</code>;
  if (style?.bold) result = <strong>{result}</strong>;
  if (style?.italic) result = <em>{result}</em>;
  if (style?.strike) result = <del>{result}</del>;
  if (style?.underline) result = <u>{result}</u>;
  if (style?.highlight) result = <mark>{result}</mark>;
  return result;
}
