import { Component, lazy, type ReactNode, Suspense } from "react";
import { withToken } from "../api/client";
import type { Block, Element, TextObject } from "../api/types";
import { Mrkdwn, Plain } from "../mrkdwn/Mrkdwn";
import { useSession } from "../session";
import { DataTable } from "./DataTable";
import { ElementView } from "./ElementView";
import { InputBlock } from "./InputBlock";
import { MarkdownText } from "./MarkdownText";
import { RichText } from "./RichText";

const LibraryBlock = lazy(() => import("./LibraryBlock"));

/** Drawn by slack-blocks-to-jsx, since nothing in them sends anything to the bot. */
const BY_LIBRARY = new Set(["data_visualization", "alert", "plan", "task_card", "video", "file"]);

/** A message's or view's blocks, in order. */
export function Blocks({ blocks }: { blocks: Block[] }): ReactNode {
  return (
    <div className="blocks">
      {blocks.map((block, index) => (
        <OneFailing key={block.block_id ?? index} type={block.type}>
          <OneBlock block={block} />
        </OneFailing>
      ))}
    </div>
  );
}

function OneBlock({ block }: { block: Block }): ReactNode {
  const blockId = block.block_id ?? "";
  switch (block.type) {
    case "section":
      return <Section block={block} />;
    case "header":
      return (
        <h3 className="block-header">
          <Plain of={block.text as TextObject} />
        </h3>
      );
    case "divider":
      return <hr className="block-divider" />;
    case "image":
      return <ImageBlock block={block} />;
    case "context":
      return (
        <div className="block-context">
          {(block.elements as Element[]).map((element, index) => (
            <ContextElement key={index} element={element} />
          ))}
        </div>
      );
    case "actions":
    case "context_actions":
      return (
        <div className={`block-actions ${block.type === "context_actions" ? "quiet" : ""}`}>
          {(block.elements as Element[]).map((element, index) => (
            <ElementView key={element.action_id ?? index} blockId={blockId} element={element} />
          ))}
        </div>
      );
    case "input":
      return <InputBlock block={block} />;
    case "markdown":
      return <MarkdownText text={String(block.text ?? "")} />;
    case "rich_text":
      return <RichText block={block} />;
    case "table":
    case "data_table":
      return <DataTable block={block} />;
    case "card":
      return <Card block={block} />;
    case "container":
      return <Container block={block} />;
    default:
      if (BY_LIBRARY.has(block.type)) {
        return (
          <Suspense fallback={<div className="block-loading" />}>
            <LibraryBlock block={block} />
          </Suspense>
        );
      }
      return <NotDrawn type={block.type} />;
  }
}

/** A text object of either type. */
export function Text({ text }: { text: TextObject }): ReactNode {
  return text.type === "mrkdwn" ? <Mrkdwn text={text.text} /> : <Plain of={text} />;
}

function Section({ block }: { block: Block }): ReactNode {
  const text = block.text as TextObject | undefined;
  const fields = block.fields as TextObject[] | undefined;
  const accessory = block.accessory as Element | undefined;
  return (
    <div className="block-section">
      <div className="block-section-text">
        {text && <Text text={text} />}
        {fields && (
          <div className="block-fields">
            {fields.map((field, index) => (
              <div key={index}>
                <Text text={field} />
              </div>
            ))}
          </div>
        )}
      </div>
      {accessory && (
        <div className="block-accessory">
          <ElementView blockId={block.block_id ?? ""} element={accessory} />
        </div>
      )}
    </div>
  );
}

function ContextElement({ element }: { element: Element }): ReactNode {
  const { me } = useSession();
  if (element.type === "image") {
    return <img className="context-image" src={imageAddress(element, me.name)} alt={String(element.alt_text ?? "")} />;
  }
  return <Text text={element as unknown as TextObject} />;
}

function ImageBlock({ block }: { block: Block }): ReactNode {
  const { me } = useSession();
  const title = block.title as TextObject | undefined;
  return (
    <figure className="block-image">
      {title && (
        <figcaption>
          <Plain of={title} />
        </figcaption>
      )}
      <img src={imageAddress(block, me.name)} alt={String(block.alt_text ?? "")} loading="lazy" />
    </figure>
  );
}

/** An image's address: a web address, or a file of this workspace. */
export function imageAddress(holder: Block | Element, handle: string): string {
  const file = holder.slack_file as { url?: string } | undefined;
  return file?.url ? withToken(file.url, handle) : String(holder.image_url ?? "");
}

function Card({ block }: { block: Block }): ReactNode {
  const { title, subtitle, body } = block as { title?: TextObject; subtitle?: TextObject; body?: TextObject };
  const { me } = useSession();
  const hero = block.hero_image as Element | undefined;
  const actions = (block.actions as Element[] | undefined) ?? [];
  return (
    <div className="block-card">
      {hero && <img src={imageAddress(hero, me.name)} alt={String(hero.alt_text ?? "")} loading="lazy" />}
      {title && (
        <div className="block-card-title">
          <Text text={title} />
        </div>
      )}
      {subtitle && (
        <div className="block-card-subtitle">
          <Text text={subtitle} />
        </div>
      )}
      {body && (
        <div>
          <Text text={body} />
        </div>
      )}
      {actions.length > 0 && (
        <div className="block-actions">
          {actions.map((element, index) => (
            <ElementView key={element.action_id ?? index} blockId={block.block_id ?? ""} element={element} />
          ))}
        </div>
      )}
    </div>
  );
}

function Container({ block }: { block: Block }): ReactNode {
  const title = block.title as TextObject | undefined;
  const children = (block.child_blocks ?? block.blocks ?? []) as Block[];
  if (!block.is_collapsible) {
    return (
      <div className="block-card">
        {title && (
          <div className="block-card-title">
            <Text text={title} />
          </div>
        )}
        <Blocks blocks={children} />
      </div>
    );
  }
  return (
    <details className="block-card" open={!block.default_collapsed}>
      <summary>{title && <Text text={title} />}</summary>
      <Blocks blocks={children} />
    </details>
  );
}

function NotDrawn({ type }: { type: string }): ReactNode {
  const { t } = useSession();
  return <div className="block-not-drawn">{t("blocks.not_drawn", { type })}</div>;
}

/** A block that can't be drawn must not take the whole page with it. */
class OneFailing extends Component<{ type: string; children: ReactNode }, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError(): { failed: boolean } {
    return { failed: true };
  }

  override render(): ReactNode {
    return this.state.failed ? <NotDrawn type={this.props.type} /> : this.props.children;
  }
}
