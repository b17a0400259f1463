import { type ReactNode, useCallback, useEffect, useState } from "react";

const SHOWN_MS = 6000;

/** A line for what went wrong, gone after some seconds. */
export function useToast(): { toast: string; notify: (text: string) => void } {
  const [toast, setToast] = useState({ text: "", count: 0 });
  useEffect(() => {
    if (!toast.text) return;
    const timer = setTimeout(() => setToast({ text: "", count: 0 }), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [toast]);
  const notify = useCallback((text: string) => setToast((before) => ({ text, count: before.count + 1 })), []);
  return { toast: toast.text, notify };
}

export function Toast({ text }: { text: string }): ReactNode {
  return (
    <div className="toast-holder" role="alert">
      {text && <div className="toast">{text}</div>}
    </div>
  );
}
