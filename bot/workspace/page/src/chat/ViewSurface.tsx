import { type ReactNode, useId, useMemo } from "react";
import { interact } from "../api/client";
import type { Block, Element, View } from "../api/types";
import { type FieldValue, type Surface, SurfaceContext } from "../blocks/surface";
import { useWorkspace } from "../workspace";

export type Values = Record<string, Record<string, FieldValue>>;

/** The values of elements that the view still has: an update may have replaced those that were filled in. */
export function inView(view: View, values: Values): Values {
  const here = new Set(
    view.blocks.flatMap((block) => elementsOf(block).map((one) => `${block.block_id}/${one.action_id}`)),
  );
  const kept: Values = {};
  for (const [blockId, actions] of Object.entries(values)) {
    const standing = Object.entries(actions).filter(([actionId]) => here.has(`${blockId}/${actionId}`));
    if (standing.length > 0) kept[blockId] = Object.fromEntries(standing);
  }
  return kept;
}

function elementsOf(block: Block): Element[] {
  const several = (block.elements as Element[] | undefined) ?? [];
  return [...several, block.element as Element | undefined, block.accessory as Element | undefined].filter(
    (one) => one !== undefined,
  );
}

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
        void actions.attempt(() =>
          interact({ ...where(blockId, element), ...chosen, values: inView(view, values) }),
        );
      },
      suggest: async (blockId, element, query) => {
        const answer = await actions.attempt(() => interact({ ...where(blockId, element), query }));
        return answer?.options ?? answer?.option_groups?.flatMap((group) => group.options) ?? [];
      },
      value: (blockId, actionId) => values[blockId]?.[actionId],
      setValue: (blockId, actionId, value) =>
        onValues((before) => ({ ...before, [blockId]: { ...before[blockId], [actionId]: value } })),
    };
  }, [id, user, view, values, errors, busy, onValues, actions]);
  return <SurfaceContext value={surface}>{children}</SurfaceContext>;
}
