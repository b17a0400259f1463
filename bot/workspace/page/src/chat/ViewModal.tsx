import { type ReactNode, useState } from "react";
import { interact, submitView } from "../api/client";
import type { View } from "../api/types";
import { Blocks } from "../blocks/Blocks";
import { Plain } from "../mrkdwn/Mrkdwn";
import { Dialog } from "../parts/Dialog";
import { useSession } from "../session";
import { useWorkspace } from "../workspace";
import { inView, type Values, ViewSurface } from "./ViewSurface";

/** The modal on top of the stack. Keyed by the view's id, it keeps what was typed while the bot updates the view. */
export function ViewModal({ view, depth }: { view: View; depth: number }): ReactNode {
  const { t } = useSession();
  const { state, actions } = useWorkspace();
  const [values, setValues] = useState<Values>({});
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [busy, setBusy] = useState(false);
  const user = state.me.name;

  const submit = async () => {
    setBusy(true);
    const answer = await actions.attempt(() => submitView(user, view.id, inView(view, values)));
    setBusy(false);
    setErrors(answer?.errors ?? {});
    if (answer?.errors)
      requestAnimationFrame(() =>
        document.querySelector<HTMLElement>(".dialog [aria-invalid=true]")?.focus(),
      );
  };
  const close = () => void actions.attempt(() => interact({ user, view_id: view.id, close: true }));
  const hasInputs = view.blocks.some((block) => block.type === "input");
  const submitLabel = view.submit?.text ?? (hasInputs ? t("modal.submit") : null);

  return (
    <Dialog
      className="view"
      title={
        <>
          <img className="view-icon" src="/icon.svg" alt="" /> {view.title && <Plain of={view.title} />}
          {depth > 1 && <span className="badge">{depth}</span>}
        </>
      }
      onClose={close}
      footer={
        <>
          <button type="button" className="button" onClick={close}>
            {view.close?.text ?? t(depth > 1 ? "modal.back" : "modal.close")}
          </button>
          {submitLabel && (
            <button
              type="submit"
              form={`form-${view.id}`}
              className="button primary"
              disabled={busy}
              aria-busy={busy}
            >
              {busy ? t("modal.sending") : submitLabel}
            </button>
          )}
        </>
      }
    >
      <form
        id={`form-${view.id}`}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <ViewSurface view={view} values={values} errors={errors} busy={busy} onValues={setValues}>
          <Blocks blocks={view.blocks} />
        </ViewSurface>
      </form>
    </Dialog>
  );
}
