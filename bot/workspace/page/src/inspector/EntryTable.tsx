import type { ReactNode } from "react";
import { ApiError, pagePost } from "../api/client";
import type { LogEntry } from "../api/feed";
import type { Translate } from "../texts";

interface Props {
  entries: LogEntry[];
  chosen: number | null;
  onChoose: (n: number) => void;
  t: Translate;
  locale: string;
  zone: string;
  notify: (text: string) => void;
}

/** Acks over this many milliseconds are marked: Slack's limit is 3,000, ours is far below. */
const SLOW_MS = 1000;
const COLUMNS = ["n", "at", "kind", "what", "result", "ms"] as const;

/** The log's entries, the newest on top. */
export function EntryTable(props: Props): ReactNode {
  const { entries, t } = props;
  if (entries.length === 0) return <p className="empty">{t("inspector.empty")}</p>;
  return (
    <div className="table-scroll entries">
      <table>
        <thead>
          <tr>
            {COLUMNS.map((one) => (
              <th key={one} scope="col">
                {t(`inspector.column.${one}`)}
              </th>
            ))}
            <th scope="col">
              <span className="visually-hidden">{t("inspector.redeliver")}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {entries.map((entry) => (
            <Row key={entry.n} entry={entry} {...props} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({ entry, chosen, onChoose, t, locale, zone, notify }: Props & { entry: LogEntry }): ReactNode {
  const time = new Intl.DateTimeFormat(locale, {
    timeZone: zone,
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    fractionalSecondDigits: 3,
    hourCycle: "h23",
  });
  const ms = entry.kind === "envelope" ? entry.ack_ms : entry.ms;
  const redeliver = () => {
    pagePost("/workspace/redeliver", { envelope_id: entry.envelope_id })
      .then(() => notify(t("inspector.done")))
      .catch((error: unknown) =>
        notify(t("inspector.failed", { error: error instanceof ApiError ? error.code : String(error) })),
      );
  };
  return (
    <tr
      className={`entry-${entry.kind} ${entry.n === chosen ? "chosen" : ""}`}
      data-n={entry.n}
      data-kind={entry.kind}
    >
      <td className="number">
        <button
          type="button"
          className="link"
          aria-label={t("inspector.details", { n: entry.n })}
          onClick={() => onChoose(entry.n)}
        >
          {entry.n}
        </button>
      </td>
      <td className="nowrap">{time.format(new Date(entry.at * 1000))}</td>
      <td>
        <span className={`kind ${entry.kind}`}>{t(`inspector.one.${entry.kind}`)}</span>
      </td>
      <td onClick={() => onChoose(entry.n)}>{subject(entry, t)}</td>
      <td>{result(entry, t)}</td>
      <td className={`number ${ms !== null && ms !== undefined && ms > SLOW_MS ? "slow" : ""}`}>
        {ms === null || ms === undefined
          ? ""
          : new Intl.NumberFormat(locale, { maximumFractionDigits: 1 }).format(ms)}
      </td>
      <td className="nowrap">
        {entry.kind === "envelope" && entry.type === "events_api" && (
          <button type="button" className="button small" onClick={redeliver}>
            {t("inspector.redeliver")}
          </button>
        )}
      </td>
    </tr>
  );
}

function subject(entry: LogEntry, t: Translate): ReactNode {
  switch (entry.kind) {
    case "envelope":
      return (
        <>
          <strong>{entry.event_type ?? entry.type}</strong> {entry.event_type && <small>{entry.type}</small>}
          {entry.retry_attempt ? (
            <span className="pill">{t("inspector.retry", { n: entry.retry_attempt })}</span>
          ) : null}
          {entry.event_id && <small className="id">{entry.event_id}</small>}
        </>
      );
    case "call":
      return (
        <>
          <strong>{entry.method}</strong> <small>{entry.token}</small>
        </>
      );
    case "violation":
      return (
        <>
          <strong>{entry.method}</strong> {entry.what}
        </>
      );
    case "socket":
      return t(entry.state === "opened" ? "inspector.opened" : "inspector.closed");
  }
}

function result(entry: LogEntry, t: Translate): ReactNode {
  if (entry.kind === "envelope") {
    return typeof entry.ack_ms === "number" ? (
      <span className="good">{t("inspector.acked")}</span>
    ) : (
      <span className="bad">{t("inspector.waiting")}</span>
    );
  }
  if (entry.kind !== "call") return null;
  return (
    <span className={entry.error || entry.status !== 200 ? "bad" : "good"}>
      {[entry.status, entry.error].filter(Boolean).join(" ")}
    </span>
  );
}
