import { type HTMLAttributes, type ReactNode, type RefObject, useLayoutEffect, useRef } from "react";

interface Props extends HTMLAttributes<HTMLDivElement> {
  anchor: RefObject<HTMLElement | null>;
  matchWidth?: boolean;
  children: ReactNode;
}

const GAP = 4;
const EDGE = 8;

/** A box that floats below its anchor, or above it where there is more room, always whole inside the window. */
export function Popover({ anchor, matchWidth = false, className = "", children, ...rest }: Props): ReactNode {
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const element = box.current;
    const holder = anchor.current;
    if (!element || !holder) return;
    const place = () => {
      const around = holder.getBoundingClientRect();
      if (matchWidth) element.style.width = `${around.width}px`;
      const below = window.innerHeight - around.bottom - GAP - EDGE;
      const above = around.top - GAP - EDGE;
      const up = element.offsetHeight > below && above > below;
      element.style.maxHeight = `${Math.min(420, up ? above : below)}px`;
      element.style.top = `${up ? around.top - GAP - element.offsetHeight : around.bottom + GAP}px`;
      element.style.left = `${Math.max(EDGE, Math.min(around.left, window.innerWidth - element.offsetWidth - EDGE))}px`;
    };
    place();
    const sizes = new ResizeObserver(place);
    sizes.observe(element);
    window.addEventListener("scroll", place, true);
    window.addEventListener("resize", place);
    return () => {
      sizes.disconnect();
      window.removeEventListener("scroll", place, true);
      window.removeEventListener("resize", place);
    };
  }, [anchor, matchWidth]);
  return (
    <div ref={box} className={`popover ${className}`} {...rest}>
      {children}
    </div>
  );
}
