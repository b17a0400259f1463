import { type ReactNode, useId, useMemo, useState } from "react";
import { interact } from "../api/client";
import type { Element, Message } from "../api/types";
import { type Chosen, type Surface, SurfaceContext } from "../blocks/surface";
import { useWorkspace } from "../workspace";

/** Makes the blocks of a message live: what is pressed goes to the bot as this message's action. */
export function MessageSurface({
  channel,
  message,
  children,
}: {
  channel: string;
  message: Message;
  children: ReactNode;
}): ReactNode {
  const { state, actions } = useWorkspace();
  const [busy, setBusy] = useState(false);
  const id = useId();
  const user = state.me.name;
  const surface = useMemo<Surface>(() => {
    const where = (blockId: string, element: Element) => ({
      user,
      channel,
      message_ts: message.ts,
      block_id: blockId,
      action_id: element.action_id ?? "",
    });
    return {
      id,
      isView: false,
      busy,
      errors: {},
      act: (blockId, element, chosen: Chosen) => {
        setBusy(true);
        void actions
          .attempt(() => interact({ ...where(blockId, element), ...chosen }))
          .then(() => setBusy(false));
      },
      suggest: async (blockId, element, query) => {
        const answer = await actions.attempt(() => interact({ ...where(blockId, element), query }));
        return answer?.options ?? answer?.option_groups?.flatMap((group) => group.options) ?? [];
      },
      value: () => undefined,
      setValue: () => {},
    };
  }, [user, channel, message.ts, busy, id, actions]);
  return <SurfaceContext value={surface}>{children}</SurfaceContext>;
}
