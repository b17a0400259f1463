import { type ReactNode, useState } from "react";
import { ApiError, pagePost } from "../api/client";
import type { Dict } from "../api/types";
import type { Translate } from "../texts";

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const STEPS = [
  { key: "inspector.clock.minutes", n: 5, seconds: 5 * MINUTE },
  { key: "inspector.clock.hours", n: 1, seconds: HOUR },
  { key: "inspector.clock.days", n: 1, seconds: DAY },
  { key: "inspector.clock.days", n: 7, seconds: 7 * DAY },
] as const;

/** What a test does through `/workspace/…`, as buttons. */
export function Levers({ t, notify }: { t: Translate; notify: (text: string) => void }): ReactNode {
  const [method, setMethod] = useState("chat.postMessage");
  const [status, setStatus] = useState("429");
  const [times, setTimes] = useState("1");
  const [retryAfter, setRetryAfter] = useState("1");
  const pull = (path: string, body: Dict) => {
    pagePost(path, body)
      .then(() => notify(t("inspector.done")))
      .catch((error: unknown) =>
        notify(t("inspector.failed", { error: error instanceof ApiError ? error.code : String(error) })),
      );
  };
  return (
    <section className="levers" aria-label={t("inspector.levers")}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          const wait = status === "429" ? { retry_after: Number(retryAfter) } : {};
          pull("/workspace/fault", { method, status: Number(status), times: Number(times), ...wait });
        }}
      >
        <fieldset>
          <legend>{t("inspector.fault.title")}</legend>
          <label>
            {t("inspector.fault.method")}
            <input
              className="field"
              required
              value={method}
              onChange={(event) => setMethod(event.target.value)}
            />
          </label>
          <label>
            {t("inspector.fault.status")}
            <select className="field" value={status} onChange={(event) => setStatus(event.target.value)}>
              <option>429</option>
              <option>500</option>
              <option>503</option>
            </select>
          </label>
          <label>
            {t("inspector.fault.times")}
            <input
              className="field short"
              type="number"
              min={1}
              required
              value={times}
              onChange={(event) => setTimes(event.target.value)}
            />
          </label>
          {status === "429" && (
            <label>
              {t("inspector.fault.retry_after")}
              <input
                className="field short"
                type="number"
                min={0}
                required
                value={retryAfter}
                onChange={(event) => setRetryAfter(event.target.value)}
              />
            </label>
          )}
          <button type="submit" className="button primary">
            {t("inspector.fault.set")}
          </button>
          <button type="button" className="button" onClick={() => pull("/workspace/fault", { clear: true })}>
            {t("inspector.fault.clear")}
          </button>
        </fieldset>
      </form>
      <fieldset>
        <legend>{t("inspector.socket.title")}</legend>
        <button type="button" className="button" onClick={() => pull("/workspace/disconnect", {})}>
          {t("inspector.socket.close")}
        </button>
        <button
          type="button"
          className="button danger"
          onClick={() => pull("/workspace/disconnect", { how: "abort" })}
        >
          {t("inspector.socket.abort")}
        </button>
      </fieldset>
      <fieldset>
        <legend>{t("inspector.clock.title")}</legend>
        {STEPS.map((step) => (
          <button
            key={step.seconds}
            type="button"
            className="button"
            onClick={() => pull("/workspace/clock", { advance_seconds: step.seconds })}
          >
            + {t(step.key, { n: step.n })}
          </button>
        ))}
      </fieldset>
    </section>
  );
}
