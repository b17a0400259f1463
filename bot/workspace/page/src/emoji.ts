import iamcal from "emojibase-data/en/shortcodes/iamcal.json";

/** Slack's names are those of iamcal/emoji-data; emojibase keeps them current, by code points. */
const byName = new Map<string, string>();
const firstNames: { name: string; emoji: string }[] = [];

for (const [hexcode, value] of Object.entries(iamcal as Record<string, string | string[]>)) {
  const names = Array.isArray(value) ? value : [value];
  const emoji = presented(hexcode);
  for (const name of names) byName.set(name, emoji);
  if (names[0] && !/-(1F3F[B-F])/.test(hexcode)) firstNames.push({ name: names[0], emoji });
}
byName.set("simple_smile", "🙂");

const SKIN_TONES = ["🏻", "🏼", "🏽", "🏾", "🏿"];

/** The character of a short name (`tada`, `wave::skin-tone-3`), or null when nobody knows it. */
export function emojiOf(name: string): string | null {
  const [base = "", tone] = name.split("::skin-tone-");
  const found = byName.get(base);
  if (found === undefined) return null;
  return tone ? found.replace(/\uFE0F$/, "") + (SKIN_TONES[Number(tone) - 2] ?? "") : found;
}

/** Names that begin with the query, then those that hold it; at most `limit`. */
export function searchEmoji(query: string, limit: number): { name: string; emoji: string }[] {
  const wanted = query.toLowerCase();
  const begins = firstNames.filter(({ name }) => name.startsWith(wanted));
  if (begins.length >= limit) return begins.slice(0, limit);
  const holds = firstNames.filter(({ name }) => !name.startsWith(wanted) && name.includes(wanted));
  return [...begins, ...holds].slice(0, limit);
}

/** What the small picker shows before anything is typed. */
export const FREQUENT = [
  "+1",
  "-1",
  "heart",
  "tada",
  "eyes",
  "white_check_mark",
  "pray",
  "raised_hands",
  "joy",
  "smile",
  "thinking_face",
  "rocket",
  "fire",
  "100",
  "clap",
  "wave",
  "bulb",
  "question",
  "warning",
  "x",
  "coffee",
  "hourglass_flowing_sand",
  "memo",
  "pushpin",
];

/** Symbols that are text by default (⚠, ❤) need the variation selector to be drawn as pictures. */
function presented(hexcode: string): string {
  const points = hexcode.split("-").map((point) => Number.parseInt(point, 16));
  const text = String.fromCodePoint(...points);
  return points.length === 1 && !/\p{Emoji_Presentation}/u.test(text) ? `${text}\uFE0F` : text;
}
