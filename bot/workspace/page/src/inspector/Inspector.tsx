import { type ReactNode, useEffect, useMemo, useReducer, useState } from "react";
import { pageGet } from "../api/client";
import { type Clock, type Frame, type LogEntry, useFeed } from "../api/feed";
import type { Dict } from "../api/types";
import { fullTime } from "../dates";
import { Toast, useToast } from "../parts/Toast";
import "../styles/inspector.css";
import { languageOf, type Translate, translator } from "../texts";
import { EntryTable } from "./EntryTable";
import { Levers } from "./Levers";

const KINDS: LogEntry["kind"][] = ["envelope", "call", "violation", "socket"];
const KEPT = 2000;

interface Log {
  entries: Map<number, LogEntry>;
  sockets: number;
  clock: Clock;
  locale: string;
  zone: string;
}

function reduce(log: Log, frame: Frame): Log {
  switch (frame.type) {
    case "snapshot":
      return {
        ...log,
        sockets: frame.sockets,
        clock: frame.clock,
        locale: frame.me.locale ?? "en-US",
        zone: frame.me.tz ?? "UTC",
      };
    case "sockets":
      return { ...log, sockets: frame.sockets };
    case "clock":
      return { ...log, clock: { now: frame.now, offset: frame.offset } };
    case "log":
      return { ...log, entries: kept(log.entries, [frame.entry]) };
    default:
      return log;
  }
}

function kept(before: Map<number, LogEntry>, added: LogEntry[]): Map<number, LogEntry> {
  const entries = new Map(before);
  for (const entry of added) entries.set(entry.n, entry);
  for (const n of entries.keys()) {
    if (entries.size <= KEPT) break;
    entries.delete(n);
  }
  return entries;
}

/** `/inspector`: every envelope with its ack, every call, every violation, and the levers. */
export default function Inspector(): ReactNode {
  const handle = localStorage.getItem("deskhand.person") ?? "ana";
  const [log, receive] = useReducer(reduce, {
    entries: new Map(),
    sockets: 0,
    clock: { now: 0, offset: 0 },
    locale: "en-US",
    zone: "UTC",
  });
  const [earlier, setEarlier] = useState<Map<number, LogEntry>>(new Map());
  const connected = useFeed(handle, true, (frame) => {
    receive(frame);
    // The feed tells only what is new; what came before is read once per connection.
    if (frame.type === "snapshot") {
      void pageGet<{ entries: LogEntry[] }>("/workspace/log?after=0").then((answer) =>
        setEarlier(kept(new Map(), answer.entries)),
      );
    }
  });
  const t = useMemo(() => translator(languageOf(log.locale)), [log.locale]);
  const { toast, notify } = useToast();
  const [kind, setKind] = useState<LogEntry["kind"] | "all">("all");
  const [text, setText] = useState("");
  const [withPeople, setWithPeople] = useState(false);
  const [chosen, setChosen] = useState<number | null>(null);

  const entries = useMemo(
    () => [...kept(earlier, [...log.entries.values()]).values()].sort((one, other) => other.n - one.n),
    [earlier, log.entries],
  );
  const counted = entries.filter((entry) => withPeople || !isPersons(entry));
  const shown = counted.filter((entry) => (kind === "all" || entry.kind === kind) && matches(entry, text));
  const where = { locale: log.locale, zone: log.zone, t };
  return (
    <div className="inspector">
      <header className="inspector-head">
        <div>
          <h1>{t("inspector.title")}</h1>
          <p>
            {t("inspector.explain")} <strong>{t("banner.emulator")}</strong>
          </p>
        </div>
        <span className={`pill ${connected && log.sockets > 0 ? "good" : "bad"}`} role="status">
          {connected ? t("inspector.sockets", { n: log.sockets }) : t("banner.no_server")}
        </span>
        <ClockPill offset={log.clock.offset} where={where} />
        <a className="button" href="/">
          {t("inspector.back")}
        </a>
      </header>
      <main>
        <Levers t={t} notify={notify} />
        <div className="filters" role="group" aria-label={t("inspector.filter")}>
          {(["all", ...KINDS] as const).map((one) => {
            const count =
              one === "all" ? counted.length : counted.filter((entry) => entry.kind === one).length;
            return (
              <button
                key={one}
                type="button"
                className={`filter ${one}`}
                aria-pressed={kind === one}
                onClick={() => setKind(one)}
              >
                {one === "all" ? t("inspector.all") : t(`inspector.kind.${one}`)} <span>{count}</span>
              </button>
            );
          })}
          <input
            className="field"
            type="search"
            value={text}
            placeholder={t("inspector.filter_text")}
            aria-label={t("inspector.filter_text")}
            onChange={(event) => setText(event.target.value)}
          />
          <label>
            <input
              type="checkbox"
              checked={withPeople}
              onChange={(event) => setWithPeople(event.target.checked)}
            />{" "}
            {t("inspector.people")}
          </label>
        </div>
        <div className="inspector-body">
          <EntryTable
            entries={shown}
            chosen={chosen}
            onChoose={setChosen}
            t={t}
            locale={log.locale}
            zone={log.zone}
            notify={notify}
          />
          {chosen !== null && <Details key={chosen} n={chosen} t={t} onClose={() => setChosen(null)} />}
        </div>
      </main>
      <Toast text={toast} />
    </div>
  );
}

/** The workspace's time, second by second. */
function ClockPill({ offset, where }: { offset: number; where: Parameters<typeof fullTime>[1] }): ReactNode {
  const [now, setNow] = useState(() => Date.now() / 1000);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now() / 1000), 1000);
    return () => clearInterval(timer);
  }, []);
  return <span className="pill">{where.t("inspector.clock", { time: fullTime(now + offset, where) })}</span>;
}

/** Calls that people make by the page or a test; the bot's are what one looks for here. */
function isPersons(entry: LogEntry): boolean {
  return (
    entry.kind === "call" && entry.token !== "bot" && entry.token !== "app" && entry.method !== "response_url"
  );
}

function matches(entry: LogEntry, text: string): boolean {
  return JSON.stringify(entry).toLowerCase().includes(text.trim().toLowerCase());
}

function Details({ n, t, onClose }: { n: number; t: Translate; onClose: () => void }): ReactNode {
  const [answer, setAnswer] = useState<{ entry?: LogEntry; detail?: Dict | null } | null>(null);
  useEffect(() => {
    void pageGet<{ entry: LogEntry; detail: Dict | null }>(`/page/detail?n=${n}`).then(setAnswer);
  }, [n]);
  return (
    <aside className="details" aria-label={t("inspector.details", { n })}>
      <header>
        <h2>{t("inspector.details", { n })}</h2>
        <button type="button" className="icon-button" aria-label={t("close")} onClick={onClose}>
          ✕
        </button>
      </header>
      {answer?.entry && <pre>{JSON.stringify(answer.entry, null, 2)}</pre>}
      {answer && (!answer.detail || Object.keys(answer.detail).length === 0) && (
        <p>{t("inspector.no_detail")}</p>
      )}
      {answer?.detail &&
        Object.entries(answer.detail).map(([name, value]) => (
          <details key={name} open>
            <summary>{name}</summary>
            <pre>{JSON.stringify(value, null, 2)}</pre>
          </details>
        ))}
    </aside>
  );
}
