import type { ReactNode } from "react";
import ReactMarkdown from "react-markdown";
import remarkGfm from "remark-gfm";
import { emojiOf } from "../emoji";
import { SafeLink } from "../mrkdwn/Mrkdwn";

const SHORTCODE = /:([a-z0-9_+'-]+):/g;

/** Standard Markdown (a `markdown` block, streamed text). Raw HTML in it stays text: react-markdown makes none. */
export function MarkdownText({ text }: { text: string }): ReactNode {
  const withEmoji = text.replace(SHORTCODE, (whole, name: string) => emojiOf(name) ?? whole);
  return (
    <div className="markdown">
      <ReactMarkdown
        remarkPlugins={[remarkGfm]}
        components={{
          a: ({ href, children }) => <SafeLink href={href ?? ""}>{children}</SafeLink>,
          table: ({ children }) => (
            <div className="table-scroll">
              <table>{children}</table>
            </div>
          ),
        }}
      >
        {withEmoji}
      </ReactMarkdown>
    </div>
  );
}
