import type { ReactNode } from "react";
import type { AgentSession } from "../api/feed";
import { useSession } from "../session";
import { useWorkspace } from "../workspace";

/** Stops the agent's work in a place, while it works there. */
export function StopButton({ session }: { session: AgentSession | undefined }): ReactNode {
  const { t } = useSession();
  const { actions } = useWorkspace();
  if (session?.status !== "processing") return null;
  return (
    <button
      type="button"
      className="button small stop"
      onClick={() => void actions.stop(session.channel, session.thread_ts)}
    >
      <span aria-hidden="true">■</span> {t("stop")}
    </button>
  );
}
