import { type ReactNode, useEffect, useRef, useState } from "react";
import { displayName, conversationName, useSession } from "../session";
import { placeKey } from "../state";
import { useWorkspace } from "../workspace";
import { AppHome } from "./AppHome";
import { Composer } from "./Composer";
import { MessageList } from "./MessageList";
import { StatusLine } from "./StatusLine";
import { StopButton } from "./StopButton";

interface Props {
  channel: string;
  target?: string | undefined;
  onOpenThread: (ts: string) => void;
  onMenu: () => void;
}

/** A channel or DM: its head, messages and composer; for the app also its Home tab. */
export function ChannelPane({ channel, target, onOpenThread, onMenu }: Props): ReactNode {
  const session = useSession();
  const { state, actions } = useWorkspace();
  const { t } = session;
  const conversation = state.channels.get(channel);
  const isApp = conversation?.is_im === true && conversation.user === state.botId;
  const [tab, setTab] = useState<"home" | "messages">("messages");
  const messages = state.messages.get(channel);
  // As it was on coming here: the rule between old and new must not move while one reads.
  const lastRead = useRef(conversation?.unread ? conversation.last_read : undefined);

  useEffect(() => {
    void actions.loadChannel(channel);
  }, [channel, state.generation, actions]);
  useEffect(() => {
    if (isApp) void actions.openTab(tab);
  }, [isApp, tab, actions]);
  useReadMark(channel, tab === "messages");

  if (!conversation) return <main className="pane" />;
  const name = conversationName(session, conversation);
  const title = conversation.is_im ? name : `#${name}`;
  const prompts = state.prompts.get(placeKey(channel));
  const post = async (text: string, files: File[]) => {
    if (text.startsWith("/") && files.length === 0) return actions.command(channel, text);
    const ts = await actions.post({ channel }, text, files);
    // The app answers in the thread of each message of its DM: show it as it comes.
    if (ts && isApp) onOpenThread(ts);
    return ts !== null;
  };
  const foot = (
    <>
      <StatusLine status={state.statuses.get(placeKey(channel))} />
      <StopButton session={state.sessions.get(placeKey(channel))} />
      {isApp && prompts && prompts.prompts.length > 0 && (
        <section className="prompts" aria-label={prompts.title ?? t("prompts.title")}>
          <h3>{prompts.title ?? t("prompts.title")}</h3>
          <div>
            {prompts.prompts.map((prompt) => (
              <button
                key={prompt.title}
                type="button"
                className="prompt"
                onClick={() => void post(prompt.message, [])}
              >
                {prompt.title}
              </button>
            ))}
          </div>
        </section>
      )}
    </>
  );

  return (
    <main className="pane" aria-label={title}>
      <header className="pane-head">
        <button
          type="button"
          className="icon-button only-narrow"
          aria-label={t("sidebar.open")}
          onClick={onMenu}
        >
          ☰
        </button>
        <h1>
          {conversation.is_private && !conversation.is_im ? "🔒 " : conversation.is_im ? "" : "# "}
          {name}
        </h1>
        {conversation.topic?.value && <p className="topic">{conversation.topic.value}</p>}
        {isApp && (
          <div className="tabs" role="tablist" aria-label={name}>
            {(["home", "messages"] as const).map((one) => (
              <button
                key={one}
                type="button"
                role="tab"
                aria-selected={tab === one}
                onClick={() => setTab(one)}
              >
                {t(`tab.${one}`)}
              </button>
            ))}
          </div>
        )}
      </header>
      {isApp && tab === "home" ? (
        <AppHome />
      ) : (
        <>
          {messages ? (
            <MessageList
              channel={channel}
              messages={messages}
              inThread={false}
              label={t("list.label", { name: title })}
              lastRead={lastRead.current}
              target={target}
              onOpenThread={onOpenThread}
              head={
                state.more.get(channel) ? (
                  <button
                    type="button"
                    className="button small older"
                    onClick={() => void actions.loadOlder(channel, messages[0]?.ts ?? "")}
                  >
                    {t("list.older")}
                  </button>
                ) : (
                  <Beginning
                    isIm={conversation.is_im === true}
                    isApp={isApp}
                    name={title}
                    bot={displayName(session.people.get(state.botId), "")}
                  />
                )
              }
              foot={foot}
            />
          ) : (
            <div className="message-list loading" aria-busy="true">
              {t("loading")}
            </div>
          )}
          <Composer channel={channel} placeholder={t("composer.message", { name: title })} onSend={post} />
        </>
      )}
    </main>
  );
}

function Beginning({
  isIm,
  isApp,
  name,
  bot,
}: {
  isIm: boolean;
  isApp: boolean;
  name: string;
  bot: string;
}): ReactNode {
  const { t } = useSession();
  const text = isApp
    ? t("list.begin_app", { name })
    : isIm
      ? t("list.begin_dm", { name })
      : t("list.begin_channel", { name, bot });
  return (
    <div className="beginning">
      <h2>{name}</h2>
      <p>{text}</p>
    </div>
  );
}

/** Marks what is on the screen as read while the window is looked at. */
function useReadMark(channel: string, visible: boolean): void {
  const { state, actions } = useWorkspace();
  const newest = state.messages.get(channel)?.at(-1)?.ts;
  const unread = state.channels.get(channel)?.unread ?? 0;
  useEffect(() => {
    if (!visible || !newest || unread === 0) return;
    const mark = () => {
      if (document.visibilityState === "visible") void actions.markRead(channel);
    };
    mark();
    document.addEventListener("visibilitychange", mark);
    return () => document.removeEventListener("visibilitychange", mark);
  }, [channel, visible, newest, unread, actions]);
}
