import { createContext, useContext } from "react";
import type { Element, Option } from "../api/types";

/** What a click or choice sends: one of the forms of `POST /workspace/interact`. */
export type Chosen =
  | { value?: string }
  | { selected_option: string | null }
  | { selected_options: string[] }
  | { selected_user: string }
  | { selected_users: string[] }
  | { selected_channel: string }
  | { selected_channels: string[] }
  | { selected_conversation: string }
  | { selected_conversations: string[] }
  | { selected_date: string | null }
  | { selected_time: string | null }
  | { selected_date_time: number };

/** A submitted value: text, an option's value or id, a list of them, or nothing. */
export type FieldValue = string | number | string[] | null;

/** Where blocks stand (a message, a modal, App Home) and what using their elements does there. */
export interface Surface {
  /** Identifies the elements' inputs in the document. */
  id: string;
  /** Elements of a view keep what was typed until it is submitted; those of a message do not. */
  isView: boolean;
  busy: boolean;
  errors: Record<string, string>;
  act: (blockId: string, element: Element, chosen: Chosen) => void;
  suggest: (blockId: string, element: Element, query: string) => Promise<Option[]>;
  value: (blockId: string, actionId: string) => FieldValue | undefined;
  setValue: (blockId: string, actionId: string, value: FieldValue) => void;
}

export const SurfaceContext = createContext<Surface | null>(null);

export function useSurface(): Surface {
  const surface = useContext(SurfaceContext);
  if (!surface) throw new Error("blocks outside of a surface");
  return surface;
}
