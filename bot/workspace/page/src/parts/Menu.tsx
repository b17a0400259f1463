import { type KeyboardEvent, type ReactNode, useCallback, useEffect, useRef, useState } from "react";
import { Popover } from "./Popover";
import { useDismiss } from "./useDismiss";

export interface MenuItem {
  key: string;
  label: ReactNode;
  detail?: string | undefined;
  danger?: boolean;
  choose: () => void;
}

interface Props {
  label: string;
  /** Whether the button's own content says what it is, so that it needs no label. */
  selfExplaining?: boolean;
  /** What the opening button shows. */
  children: ReactNode;
  items: MenuItem[];
  className?: string;
  onOpenChange?: (open: boolean) => void;
}

/** A button with a menu: arrows move, Enter chooses, Escape closes. */
export function Menu({
  label,
  children,
  items,
  className = "icon-button",
  selfExplaining = false,
  onOpenChange,
}: Props): ReactNode {
  const [open, setOpen] = useState(false);
  const holder = useRef<HTMLDivElement>(null);
  const set = useCallback(
    (next: boolean) => {
      setOpen(next);
      onOpenChange?.(next);
    },
    [onOpenChange],
  );
  const close = useCallback(() => set(false), [set]);
  useDismiss(holder, open, close);
  useEffect(() => {
    if (open) holder.current?.querySelector<HTMLElement>("[role=menuitem]")?.focus();
  }, [open]);

  const move = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const all = [...(holder.current?.querySelectorAll<HTMLElement>("[role=menuitem]") ?? [])];
    const at = all.indexOf(document.activeElement as HTMLElement);
    all[(at + step + all.length) % all.length]?.focus();
  };

  return (
    <div className="menu-holder" ref={holder}>
      <button
        type="button"
        className={className}
        aria-label={selfExplaining ? undefined : label}
        title={label}
        aria-haspopup="menu"
        aria-expanded={open}
        onClick={() => set(!open)}
      >
        {children}
      </button>
      {open && (
        <Popover anchor={holder} className="menu" role="menu" aria-label={label} onKeyDown={move}>
          {items.map((item) => (
            <button
              key={item.key}
              type="button"
              role="menuitem"
              className={item.danger ? "danger" : ""}
              onClick={() => {
                close();
                item.choose();
              }}
            >
              <span>{item.label}</span>
              {item.detail && <small>{item.detail}</small>}
            </button>
          ))}
        </Popover>
      )}
    </div>
  );
}
