import { type ReactNode, useEffect } from "react";
import { conversationName, useSession } from "../session";
import { placeKey } from "../state";
import { useWorkspace } from "../workspace";
import { Composer } from "./Composer";
import { MessageList } from "./MessageList";
import { StatusLine } from "./StatusLine";
import { StopButton } from "./StopButton";

interface Props {
  channel: string;
  ts: string;
  target?: string | undefined;
  onClose: () => void;
}

/** A thread beside its channel. */
export function ThreadPane({ channel, ts, target, onClose }: Props): ReactNode {
  const session = useSession();
  const { state, actions } = useWorkspace();
  const { t } = session;
  const key = placeKey(channel, ts);
  const messages = state.threads.get(key);
  const conversation = state.channels.get(channel);
  const agentSession = state.sessions.get(key);
  useEffect(() => {
    void actions.loadThread(channel, ts);
  }, [channel, ts, state.generation, actions]);

  return (
    <aside
      className="thread"
      aria-label={t("thread.title")}
      onKeyDown={(event) => {
        if (event.key === "Escape" && !event.defaultPrevented) onClose();
      }}
    >
      <header className="pane-head">
        <h2>{agentSession?.title ?? t("thread.title")}</h2>
        {conversation && (
          <span className="topic">
            {conversation.is_im ? "" : "#"}
            {conversationName(session, conversation)}
          </span>
        )}
        <button type="button" className="icon-button close" aria-label={t("thread.close")} onClick={onClose}>
          ✕
        </button>
      </header>
      {messages ? (
        <MessageList
          channel={channel}
          messages={messages}
          inThread
          label={t("thread.title")}
          target={target}
          onOpenThread={() => undefined}
          foot={
            <>
              <StatusLine status={state.statuses.get(key)} />
              <StopButton session={agentSession} />
            </>
          }
        />
      ) : (
        <div className="message-list loading" aria-busy="true">
          {t("loading")}
        </div>
      )}
      <Composer
        channel={channel}
        threadTs={ts}
        placeholder={t("composer.reply")}
        onSend={async (text, files) => {
          if (/^\/[a-z]/.test(text) && files.length === 0) {
            session.notify(t("error.command_in_thread"));
            return false;
          }
          return (await actions.post({ channel, threadTs: ts }, text, files)) !== null;
        }}
      />
    </aside>
  );
}
