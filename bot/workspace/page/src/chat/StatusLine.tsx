import { type ReactNode, useEffect, useState } from "react";
import type { Status } from "../api/feed";
import { displayName, useSession } from "../session";
import { useWorkspace } from "../workspace";

const TURN_MS = 3000;

/** What the bot says it is doing: its status, with its loading messages taking turns, until it is over. */
export function StatusLine({ status }: { status: Status | undefined }): ReactNode {
  const { people } = useSession();
  const { state } = useWorkspace();
  const [now, setNow] = useState(() => Date.now());
  const shown = status && status.status !== "" && status.expires_at * 1000 > now ? status : undefined;
  const running = Boolean(status?.status);
  useEffect(() => {
    if (!running) return;
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), TURN_MS);
    return () => clearInterval(timer);
  }, [running]);
  if (!shown) return null;
  const name = displayName(people.get(state.botId), state.botId);
  const turns = shown.loading_messages;
  const text = turns.length > 0 ? turns[Math.floor(now / TURN_MS) % turns.length] : `${name} ${shown.status}`;
  return (
    <div className="status-line" role="status">
      <span className="dots" aria-hidden="true">
        <i />
        <i />
        <i />
      </span>
      {text}
    </div>
  );
}
