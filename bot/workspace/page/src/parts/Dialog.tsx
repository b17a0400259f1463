import { type ReactNode, useEffect, useId, useRef } from "react";
import { useSession } from "../session";

interface Props {
  title: ReactNode;
  onClose: () => void;
  children: ReactNode;
  footer?: ReactNode;
  className?: string;
}

/** A modal dialog of the browser's own: it keeps the focus inside, closes by Escape and gives the focus back. */
export function Dialog({ title, onClose, children, footer, className = "" }: Props): ReactNode {
  const { t } = useSession();
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  useEffect(() => {
    const element = dialog.current;
    element?.showModal();
    element
      ?.querySelector<HTMLElement>(
        "[data-autofocus], .dialog-body input, .dialog-body textarea, .dialog-body button",
      )
      ?.focus();
    return () => element?.close();
  }, []);
  return (
    <dialog
      ref={dialog}
      className={`dialog ${className}`}
      aria-labelledby={titleId}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      <header className="dialog-head">
        <h2 id={titleId}>{title}</h2>
        <button type="button" className="icon-button" aria-label={t("close")} onClick={onClose}>
          ✕
        </button>
      </header>
      <div className="dialog-body">{children}</div>
      {footer && <footer className="dialog-foot">{footer}</footer>}
    </dialog>
  );
}
