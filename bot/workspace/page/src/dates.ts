import type { Session } from "./session";

type Where = Pick<Session, "locale" | "zone" | "t">;

function formatted(epoch: number, where: Where, options: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat(where.locale, { timeZone: where.zone, ...options }).format(
    new Date(epoch * 1000),
  );
}

/** `09:41` or `9:41 AM`, in the person's locale and zone. */
export function clock(ts: string | number, where: Where): string {
  const cycle = new Intl.DateTimeFormat(where.locale, { hour: "numeric" }).resolvedOptions().hourCycle;
  return formatted(Number(ts), where, { hour: cycle === "h23" ? "2-digit" : "numeric", minute: "2-digit" });
}

/** Date and time in full, for titles of times. */
export function fullTime(ts: string | number, where: Where): string {
  return formatted(Number(ts), where, { dateStyle: "full", timeStyle: "medium" });
}

/** A key that is equal for moments of the same day in the person's zone: `2026-11-23`. */
export function dayKey(ts: string | number, zone: string): string {
  return new Intl.DateTimeFormat("sv-SE", { timeZone: zone }).format(new Date(Number(ts) * 1000));
}

/** "Today", "Yesterday", or the date, for the rule between two days. */
export function dayName(ts: string | number, where: Where): string {
  const now = Date.now() / 1000;
  const day = dayKey(ts, where.zone);
  if (day === dayKey(now, where.zone)) return where.t("day.today");
  if (day === dayKey(now - 86_400, where.zone)) return where.t("day.yesterday");
  return formatted(Number(ts), where, { weekday: "long", month: "long", day: "numeric", year: "numeric" });
}

const TOKENS: Record<string, Intl.DateTimeFormatOptions> = {
  date_num: { year: "numeric", month: "2-digit", day: "2-digit" },
  date_slash: { year: "numeric", month: "2-digit", day: "2-digit" },
  date: { year: "numeric", month: "long", day: "numeric" },
  date_long: { weekday: "long", year: "numeric", month: "long", day: "numeric" },
  date_short: { year: "numeric", month: "short", day: "numeric" },
  time: { hour: "numeric", minute: "2-digit" },
  time_secs: { hour: "numeric", minute: "2-digit", second: "2-digit" },
};

/**
 * Slack's date marking, `{date_short} at {time}`, in the reader's locale and zone.
 * https://docs.slack.dev/messaging/formatting-message-text#date-formatting
 */
export function slackDate(epoch: number, format: string, where: Where): string {
  return format.replace(/\{(\w+)\}/g, (whole, token: string) => {
    if (token === "ago") return ago(epoch, where);
    const pretty = token.endsWith("_pretty");
    const name = pretty ? token.slice(0, -"_pretty".length) : token;
    if (pretty && Math.abs(Date.now() / 1000 - epoch) < 2 * 86_400) {
      const day = dayKey(epoch, where.zone);
      const near = [-1, 0, 1].find((days) => dayKey(Date.now() / 1000 + days * 86_400, where.zone) === day);
      if (near !== undefined)
        return new Intl.RelativeTimeFormat(where.locale, { numeric: "auto" }).format(near, "day");
    }
    if (name === "date_num") return dayKey(epoch, where.zone);
    const options = TOKENS[name];
    return options ? formatted(epoch, where, options) : whole;
  });
}

function ago(epoch: number, where: Where): string {
  const seconds = epoch - Date.now() / 1000;
  const relative = new Intl.RelativeTimeFormat(where.locale, { numeric: "auto" });
  const size = Math.abs(seconds);
  if (size < 90) return relative.format(Math.round(seconds), "second");
  if (size < 5400) return relative.format(Math.round(seconds / 60), "minute");
  if (size < 129_600) return relative.format(Math.round(seconds / 3600), "hour");
  return relative.format(Math.round(seconds / 86_400), "day");
}

/** Epoch seconds to the `YYYY-MM-DDTHH:MM` of a datetime-local input, in the person's zone. */
export function localInput(epoch: number, zone: string): string {
  const time = new Intl.DateTimeFormat("sv-SE", { timeZone: zone, hour: "2-digit", minute: "2-digit" });
  return `${dayKey(epoch, zone)}T${time.format(new Date(epoch * 1000))}`;
}

/** The reverse: the earliest moment that reads so on a clock of the zone. */
export function fromLocalInput(text: string, zone: string): number {
  const wanted = Date.parse(`${text}:00Z`) / 1000;
  let guess = wanted;
  for (let round = 0; round < 2; round += 1) {
    guess += wanted - Date.parse(`${localInput(guess, zone)}:00Z`) / 1000;
  }
  return guess;
}
