import type { ReactNode } from "react";
import type { Channel } from "../api/feed";
import { Avatar } from "../parts/Avatar";
import { Menu } from "../parts/Menu";
import { conversationName, displayName, useSession } from "../session";
import { type ThemeChoice, useTheme } from "../theme";
import { useWorkspace } from "../workspace";

interface Props {
  current: string;
  open: boolean;
  onOpen: (channel: string) => void;
  onOpenApp: () => void;
  onPerson: (handle: string) => void;
}

const THEMES: ThemeChoice[] = ["auto", "light", "dark"];

/** Channels, direct messages and the app, what is unread in them, and who one is. */
export function Sidebar({ current, open, onOpen, onOpenApp, onPerson }: Props): ReactNode {
  const session = useSession();
  const { state } = useWorkspace();
  const { choice, choose } = useTheme();
  const { t, me } = session;
  const all = [...state.channels.values()].filter((one) => one.is_member !== false);
  const channels = all
    .filter((one) => !one.is_im)
    .sort((one, other) => (one.name ?? "").localeCompare(other.name ?? ""));
  const direct = all.filter((one) => one.is_im && one.user !== state.botId);
  const app = all.find((one) => one.is_im && one.user === state.botId);
  const bot = session.people.get(state.botId);
  const people = [...session.people.values()].filter((person) => !person.is_bot);

  return (
    <nav className={`sidebar ${open ? "open" : ""}`} aria-label={t("sidebar.label")}>
      <div className="team">{state.team}</div>
      <div className="sidebar-lists">
        <Section title={t("sidebar.channels")}>
          {channels.map((one) => (
            <Entry
              key={one.id}
              conversation={one}
              current={current}
              onOpen={onOpen}
              icon={one.is_private ? "🔒" : "#"}
            />
          ))}
        </Section>
        {direct.length > 0 && (
          <Section title={t("sidebar.direct")}>
            {direct.map((one) => (
              <Entry
                key={one.id}
                conversation={one}
                current={current}
                onOpen={onOpen}
                icon={<Avatar person={session.people.get(one.user ?? "")} id={one.user ?? ""} size={20} />}
              />
            ))}
          </Section>
        )}
        <Section title={t("sidebar.apps")}>
          {app ? (
            <Entry
              conversation={app}
              current={current}
              onOpen={onOpen}
              icon={<Avatar person={bot} id={state.botId} size={20} />}
            />
          ) : (
            <li>
              <button type="button" className="entry" onClick={onOpenApp}>
                <span className="entry-icon">
                  <Avatar person={bot} id={state.botId} size={20} />
                </span>
                <span className="entry-name">{displayName(bot, state.botId)}</span>
              </button>
            </li>
          )}
        </Section>
      </div>
      <div className="sidebar-foot">
        <Menu
          className="me"
          selfExplaining
          label={t("person.choose")}
          items={people.map((person) => ({
            key: person.id,
            label: (
              <span className="person-choice">
                <Avatar person={person} id={person.id} size={24} /> {displayName(person, person.id)}
                {person.id === me.id ? " ✓" : ""}
              </span>
            ),
            detail: [person.is_admin ? t("person.admin") : "", person.locale, person.tz]
              .filter(Boolean)
              .join(" · "),
            choose: () => onPerson(person.name),
          }))}
        >
          <Avatar person={me} id={me.id} size={32} />
          <span className="me-text">
            <strong>{displayName(me, me.id)}</strong>
            <small>{t("person.switch")}</small>
          </span>
        </Menu>
        <div className="sidebar-tools">
          <Menu
            label={t("theme.choose")}
            items={THEMES.map((one) => ({
              key: one,
              label: `${t(`theme.${one}`)}${one === choice ? " ✓" : ""}`,
              choose: () => choose(one),
            }))}
          >
            ◐
          </Menu>
          <a
            className="icon-button"
            href="/inspector"
            target="_blank"
            rel="noopener"
            aria-label={t("inspector.open")}
            title={t("inspector.open")}
          >
            🔎
          </a>
        </div>
      </div>
    </nav>
  );
}

function Section({ title, children }: { title: string; children: ReactNode }): ReactNode {
  return (
    <section>
      <h2>{title}</h2>
      <ul>{children}</ul>
    </section>
  );
}

interface EntryProps {
  conversation: Channel;
  current: string;
  icon: ReactNode;
  onOpen: (channel: string) => void;
}

function Entry({ conversation, current, icon, onOpen }: EntryProps): ReactNode {
  const session = useSession();
  const isCurrent = conversation.id === current;
  const unread = isCurrent ? 0 : (conversation.unread ?? 0);
  const count = conversation.is_im ? unread : isCurrent ? 0 : (conversation.mentions ?? 0);
  return (
    <li>
      <button
        type="button"
        className={`entry ${unread > 0 ? "unread" : ""}`}
        aria-current={isCurrent ? "page" : undefined}
        onClick={() => onOpen(conversation.id)}
      >
        <span className="entry-icon" aria-hidden="true">
          {icon}
        </span>
        <span className="entry-name">{conversationName(session, conversation)}</span>
        {unread > 0 && count === 0 && (
          <span className="visually-hidden">{session.t("sidebar.unread", { n: unread })}</span>
        )}
        {count > 0 && (
          <span className="count" aria-label={session.t("sidebar.unread", { n: count })}>
            {count > 99 ? "99+" : count}
          </span>
        )}
      </button>
    </li>
  );
}
