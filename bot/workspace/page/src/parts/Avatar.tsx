import type { ReactNode } from "react";
import type { Person } from "../api/types";
import { displayName } from "../session";

const HUES = [210, 340, 150, 30, 265, 185, 10, 95];

function hue(id: string): number {
  let sum = 0;
  for (const letter of id) sum = (sum * 31 + letter.charCodeAt(0)) >>> 0;
  return HUES[sum % HUES.length] ?? 210;
}

/** A person's initial on a colour of their own; the bot's hand. Decoration: the name always stands beside it. */
export function Avatar({
  person,
  id,
  size = 36,
}: {
  person: Person | undefined;
  id: string;
  size?: number;
}): ReactNode {
  const style = { width: size, height: size, fontSize: size * 0.45 };
  if (person?.is_bot) return <img className="avatar" src="/icon.svg" alt="" style={style} />;
  const name = displayName(person, id);
  return (
    <span
      className="avatar"
      aria-hidden="true"
      style={{ ...style, background: `hsl(${hue(person?.name ?? id)} 45% 45%)` }}
    >
      {[...name][0]?.toUpperCase()}
    </span>
  );
}
