/**
 * Slack's mrkdwn as a tree. The text is data from people and documents: nothing of it ever becomes HTML, the
 * tree is drawn by React alone (see Mrkdwn.tsx).
 * https://docs.slack.dev/messaging/formatting-message-text
 */

export type Inline =
  | { kind: "text"; text: string }
  | { kind: "break" }
  | { kind: "bold" | "italic" | "strike"; children: Inline[] }
  | { kind: "code"; text: string }
  | { kind: "emoji"; name: string }
  | { kind: "user"; id: string; label: string | null }
  | { kind: "channel"; id: string; label: string | null }
  | { kind: "usergroup"; id: string; label: string | null }
  | { kind: "broadcast"; range: string }
  | { kind: "date"; epoch: number; format: string; url: string | null; fallback: string }
  | { kind: "link"; url: string; children: Inline[] };

export type Paragraph =
  | { kind: "text"; children: Inline[] }
  | { kind: "quote"; children: Inline[] }
  | { kind: "pre"; text: string };

const EMPHASIS = { "*": "bold", _: "italic", "~": "strike" } as const;
const WORD = /[\p{L}\p{N}]/u;
const BARE_URL = /^https?:\/\/[^\s<>|"']*[^\s<>|"'.,;:!?)\]}、。，；：！？）】》]/u;
/** Keeps a hostile row of opening signs from costing the square of its length. */
const LONGEST_SPAN = 4000;
const EMOJI = /^:([a-z0-9_+'-]+(?:::skin-tone-[2-6])?):/u;

/** Undoes the three escapes that Slack's texts carry. */
export function unescape(text: string): string {
  return text.replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&amp;/g, "&");
}

/** Does the three escapes, for what a person typed. */
export function escape(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
}

/** Whole text to paragraphs: fenced code, quotes (lines that begin with `>`), and everything else. */
export function parse(source: string): Paragraph[] {
  const result: Paragraph[] = [];
  const fence = /```\n?([\s\S]+?)\n?```\n?/g;
  let from = 0;
  for (const match of source.matchAll(fence)) {
    pushLines(source.slice(from, match.index), result);
    result.push({ kind: "pre", text: plainTokens(match[1] ?? "") });
    from = match.index + match[0].length;
  }
  pushLines(source.slice(from), result);
  return result;
}

/** Plain-text objects know emoji (when wanted) but no other marking. */
export function parsePlain(source: string, withEmoji = true): Inline[] {
  const result: Inline[] = [];
  let at = 0;
  while (at < source.length) {
    const emoji = withEmoji && source[at] === ":" ? EMOJI.exec(source.slice(at, at + 80)) : null;
    if (emoji) {
      result.push({ kind: "emoji", name: emoji[1] ?? "" });
      at += emoji[0].length;
    } else if (source[at] === "\n") {
      result.push({ kind: "break" });
      at += 1;
    } else {
      pushText(result, source[at] ?? "");
      at += 1;
    }
  }
  return unescaped(result);
}

function pushLines(source: string, result: Paragraph[]): void {
  if (source.trim() === "") return;
  let kind: "text" | "quote" | null = null;
  let lines: string[] = [];
  const flush = () => {
    if (kind) result.push({ kind, children: parseInline(lines.join("\n")) });
    lines = [];
  };
  for (const line of source.replace(/\n$/, "").split("\n")) {
    const quoted = /^(?:&gt;|>)\s?/.exec(line);
    const next = quoted ? "quote" : "text";
    if (next !== kind) {
      flush();
      kind = next;
    }
    lines.push(quoted ? line.slice(quoted[0].length) : line);
  }
  flush();
}

/** Inline marking of one run of lines. */
export function parseInline(source: string): Inline[] {
  const result: Inline[] = [];
  let at = 0;
  while (at < source.length) {
    const found = tokenAt(source, at);
    if (found) {
      result.push(found.node);
      at = found.end;
    } else {
      pushText(result, source[at] ?? "");
      at += 1;
    }
  }
  return unescaped(result);
}

type Found = { node: Inline; end: number };

function tokenAt(source: string, at: number): Found | null {
  const sign = source[at];
  switch (sign) {
    case "\n":
      return { node: { kind: "break" }, end: at + 1 };
    case "<":
      return angle(source, at);
    case "`":
      return inlineCode(source, at);
    case "*":
    case "_":
    case "~":
      return emphasis(source, at, sign);
    case ":": {
      const match = EMOJI.exec(source.slice(at, at + 80));
      return match ? { node: { kind: "emoji", name: match[1] ?? "" }, end: at + match[0].length } : null;
    }
    case "h": {
      if (at > 0 && WORD.test(source[at - 1] ?? "")) return null;
      const match = BARE_URL.exec(source.slice(at, at + 3000));
      if (!match) return null;
      const url = unescape(match[0]);
      return {
        node: { kind: "link", url, children: [{ kind: "text", text: url }] },
        end: at + match[0].length,
      };
    }
    default:
      return null;
  }
}

function inlineCode(source: string, at: number): Found | null {
  const close = source.indexOf("`", at + 1);
  if (close <= at + 1 || source.slice(at, close).includes("\n")) return null;
  return { node: { kind: "code", text: plainTokens(source.slice(at + 1, close)) }, end: close + 1 };
}

/** `*bold*`: opens after no word character and before no space, closes the other way round, within a line. */
function emphasis(source: string, at: number, sign: "*" | "_" | "~"): Found | null {
  if (at > 0 && WORD.test(source[at - 1] ?? "")) return null;
  const first = source[at + 1];
  if (first === undefined || /\s/.test(first) || first === sign) return null;
  const limit = Math.min(source.length, at + LONGEST_SPAN);
  for (let close = at + 2; close < limit; close += 1) {
    const here = source[close];
    if (here === "\n") return null;
    if (here === "<") {
      const end = source.indexOf(">", close);
      if (end > 0) close = end;
      continue;
    }
    if (here !== sign || /\s/.test(source[close - 1] ?? "")) continue;
    if (WORD.test(source[close + 1] ?? "") || source[close + 1] === sign) continue;
    const children = parseInline(source.slice(at + 1, close));
    return { node: { kind: EMPHASIS[sign], children }, end: close + 1 };
  }
  return null;
}

function angle(source: string, at: number): Found | null {
  const close = source.indexOf(">", at + 1);
  const inside = close < 0 ? "" : source.slice(at + 1, close);
  if (!inside || /[\n<]/.test(inside)) return null;
  const node = angleNode(inside);
  return node ? { node, end: close + 1 } : null;
}

function angleNode(inside: string): Inline | null {
  const bar = inside.indexOf("|");
  const target = bar < 0 ? inside : inside.slice(0, bar);
  const raw = bar < 0 ? null : inside.slice(bar + 1);
  const label = raw === null ? null : unescape(raw);
  if (/^@[UW]\w+$/.test(target)) return { kind: "user", id: target.slice(1), label };
  if (/^#[CGD]\w+$/.test(target)) return { kind: "channel", id: target.slice(1), label };
  if (/^!(here|channel|everyone)$/.test(target)) return { kind: "broadcast", range: target.slice(1) };
  if (target.startsWith("!subteam^")) return { kind: "usergroup", id: target.slice(9), label };
  if (target.startsWith("!date^")) return dateNode(target, label ?? "");
  if (/^[a-z][a-z0-9+.-]*:/i.test(target)) {
    const url = unescape(target);
    return { kind: "link", url, children: raw === null ? [{ kind: "text", text: url }] : parsePlain(raw) };
  }
  return null;
}

function dateNode(target: string, fallback: string): Inline | null {
  const [, epoch = "", format = "", url = null] = target.split("^");
  const seconds = Number(epoch);
  if (!Number.isFinite(seconds) || epoch === "" || format === "") return null;
  return { kind: "date", epoch: seconds, format, url: url === null ? null : unescape(url), fallback };
}

/** Code shows links and mentions as they were written, without their brackets. */
function plainTokens(source: string): string {
  return unescape(
    source.replace(/<([^<>|\n]+)(?:\|([^<>\n]*))?>/g, (_, target: string, label?: string) => label ?? target),
  );
}

function pushText(result: Inline[], raw: string): void {
  const last = result[result.length - 1];
  if (last?.kind === "text") last.text += raw;
  else result.push({ kind: "text", text: raw });
}

/** Once and at the end, so that an escaped escape stays one. */
function unescaped(nodes: Inline[]): Inline[] {
  return nodes.map((node) => (node.kind === "text" ? { ...node, text: unescape(node.text) } : node));
}
