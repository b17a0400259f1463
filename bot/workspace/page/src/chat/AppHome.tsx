import { type ReactNode, useState } from "react";
import { Blocks } from "../blocks/Blocks";
import { useSession } from "../session";
import { useWorkspace } from "../workspace";
import { type Values, ViewSurface } from "./ViewSurface";

/** The app's Home tab, as the bot published it for this person. */
export function AppHome(): ReactNode {
  const { t } = useSession();
  const { state } = useWorkspace();
  const [values, setValues] = useState<Values>({});
  if (!state.home) return <div className="app-home empty">{t("home.empty")}</div>;
  return (
    <div className="app-home" role="tabpanel" tabIndex={0} aria-label={t("tab.home")}>
      <ViewSurface view={state.home} values={values} errors={{}} busy={false} onValues={setValues}>
        <Blocks blocks={state.home.blocks} />
      </ViewSurface>
    </div>
  );
}
