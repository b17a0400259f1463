import type { ReactNode } from "react";
import { useSession } from "../session";
import { useWorkspace } from "../workspace";

/** Says that this is an emulator, and whether the bot is there. */
export function Banner({ connected }: { connected: boolean }): ReactNode {
  const { t, locale } = useSession();
  const { state } = useWorkspace();
  const hours = state.clock.offset / 3600;
  const ahead = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 }).format(hours);
  return (
    <header className="banner">
      <strong>{t("banner.emulator")}</strong>
      <span>{t("banner.explain")}</span>
      {state.clock.offset > 0 && <span className="pill">🕒 {t("banner.clock", { hours: ahead })}</span>}
      <span className={`pill ${!connected || state.sockets === 0 ? "bad" : "good"}`} role="status">
        {!connected ? t("banner.no_server") : state.sockets === 0 ? t("banner.no_bot") : t("banner.bot")}
      </span>
    </header>
  );
}
