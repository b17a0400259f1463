import { type ReactNode, useId, useMemo } from "react";
import { interact } from "../api/client";
import type { Element, View } from "../api/types";
import { type FieldValue, type Surface, SurfaceContext } from "../blocks/surface";
import { useWorkspace } from "../workspace";

export type Values = Record<string, Record<string, FieldValue>>;

interface Props {
  view: View;
  values: Values;
  errors: Record<string, string>;
  busy: boolean;
  onValues: (change: (before: Values) => Values) => void;
  children: ReactNode;
}

/** Makes the blocks of a modal or of App Home live. */
export function ViewSurface({ view, values, errors, busy, onValues, children }: Props): ReactNode {
  const { state, actions } = useWorkspace();
  const id = useId();
  const user = state.me.name;
  const surface = useMemo<Surface>(() => {
    const where = (blockId: string, element: Element) => ({
      user,
      view_id: view.id,
      block_id: blockId,
      action_id: element.action_id ?? "",
    });
    return {
      id,
      isView: true,
      busy,
      errors,
      act: (blockId, element, chosen) => {
        void actions.attempt(() => interact({ ...where(blockId, element), ...chosen, values }));
      },
      suggest: async (blockId, element, query) => {
        const answer = await actions.attempt(() => interact({ ...where(blockId, element), query }));
        return answer?.options ?? answer?.option_groups?.flatMap((group) => group.options) ?? [];
      },
      value: (blockId, actionId) => values[blockId]?.[actionId],
      setValue: (blockId, actionId, value) =>
        onValues((before) => ({ ...before, [blockId]: { ...before[blockId], [actionId]: value } })),
    };
  }, [id, user, view.id, values, errors, busy, onValues, actions]);
  return <SurfaceContext value={surface}>{children}</SurfaceContext>;
}
