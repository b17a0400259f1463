import { type ReactNode, useCallback, useEffect, useMemo, useReducer, useState } from "react";
import { pageGet } from "../api/client";
import { useFeed } from "../api/feed";
import { Toast, useToast } from "../parts/Toast";
import { type Session, SessionContext } from "../session";
import { reduce, type State } from "../state";
import { languageOf, translator } from "../texts";
import { Actions, WorkspaceContext } from "../workspace";
import { Banner } from "./Banner";
import { ChannelPane } from "./ChannelPane";
import { type Place, readPlace, usePlace } from "./place";
import { Sidebar } from "./Sidebar";
import { ThreadPane } from "./ThreadPane";
import { ViewModal } from "./ViewModal";

/** Who one is when the address names nobody that exists. */
const FALLBACK = "ana";

/** The workspace as one person: follows the feed and shows it. Mounted anew for another person. */
export function Chat({
  handle,
  onPerson,
}: {
  handle: string;
  onPerson: (handle: string) => void;
}): ReactNode {
  const [state, dispatch] = useReducer(reduce, null);
  const connected = useFeed(handle, false, dispatch);
  useEffect(() => {
    if (connected || handle === FALLBACK) return;
    void pageGet<{ error?: string }>(`/page/state?user=${encodeURIComponent(handle)}`).then(
      (answer) => answer.error === "user_not_found" && onPerson(FALLBACK),
      () => undefined,
    );
  }, [connected, handle, onPerson]);
  if (!state) return <Starting connected={connected} />;
  return <Loaded state={state} dispatch={dispatch} connected={connected} onPerson={onPerson} />;
}

/** Before the first snapshot the person's locale is unknown: the browser's language has to do. */
function Starting({ connected }: { connected: boolean }): ReactNode {
  const t = translator(languageOf(navigator.language));
  return (
    <div className="starting" role="status">
      {t(connected ? "loading" : "banner.no_server")}
    </div>
  );
}

interface Props {
  state: State;
  dispatch: React.Dispatch<Parameters<typeof reduce>[1]>;
  connected: boolean;
  onPerson: (handle: string) => void;
}

function Loaded({ state, dispatch, connected, onPerson }: Props): ReactNode {
  const { toast, notify } = useToast();
  const first =
    [...state.channels.values()].find((one) => one.name === "general")?.id ??
    [...state.channels.keys()][0] ??
    "";
  const { place, show } = usePlace(() => readPlace(first));
  const [menuOpen, setMenuOpen] = useState(false);
  const { me, people, channels, botId } = state;
  const language = languageOf(me.locale);
  const t = useMemo(() => translator(language), [language]);

  const go = useCallback(
    (channel: string, ts?: string, threadTs?: string) => {
      setMenuOpen(false);
      show({ channel, ts, threadTs });
    },
    [show],
  );
  const session = useMemo<Session>(
    () => ({
      me,
      bot: people.get(botId),
      people,
      conversations: channels,
      language,
      locale: me.locale ?? "en-US",
      zone: me.tz ?? "UTC",
      t,
      go,
      notify,
    }),
    [me, people, channels, botId, language, t, go, notify],
  );
  const actions = useStableActions(session, dispatch);
  const workspace = useMemo(() => ({ state, dispatch, actions }), [state, dispatch, actions]);

  useEffect(() => {
    document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
    const unread = [...channels.values()].reduce(
      (sum, one) => sum + (one.is_im ? (one.unread ?? 0) : (one.mentions ?? 0)),
      0,
    );
    document.title = `${unread > 0 ? `(${unread}) ` : ""}${t("title")}`;
  }, [language, channels, t]);

  const openThread = useCallback(
    (ts: string) => show((before: Place) => ({ ...before, threadTs: ts })),
    [show],
  );
  const top = state.views.at(-1);
  return (
    <SessionContext value={session}>
      <WorkspaceContext value={workspace}>
        <div className={`app ${place.threadTs ? "with-thread" : ""}`}>
          <Banner connected={connected} />
          <Sidebar
            current={place.channel}
            open={menuOpen}
            onOpen={go}
            onOpenApp={() => void actions.openDm(botId).then((channel) => channel && go(channel))}
            onPerson={onPerson}
          />
          {menuOpen && <div className="scrim" onClick={() => setMenuOpen(false)} />}
          <ChannelPane
            key={place.channel}
            channel={place.channel}
            target={place.threadTs ? undefined : place.ts}
            onOpenThread={openThread}
            onMenu={() => setMenuOpen(!menuOpen)}
          />
          {place.threadTs && (
            <ThreadPane
              key={`${place.channel}/${place.threadTs}`}
              channel={place.channel}
              ts={place.threadTs}
              target={place.ts}
              onClose={() => show((before: Place) => ({ channel: before.channel }))}
            />
          )}
          {top && <ViewModal key={top.id} view={top} depth={state.views.length} />}
          <Toast text={toast} />
        </div>
      </WorkspaceContext>
    </SessionContext>
  );
}

/** One object for the page's life, so that effects that depend on it run once, yet it sees the newest session. */
function useStableActions(session: Session, dispatch: Props["dispatch"]): Actions {
  const [current] = useState(() => ({ session }));
  current.session = session;
  return useMemo(() => new Actions(() => current.session, dispatch), [current, dispatch]);
}
