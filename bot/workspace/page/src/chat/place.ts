import { useCallback, useState } from "react";

/** What is shown: a channel, perhaps a thread beside it, perhaps one message to point at. */
export interface Place {
  channel: string;
  threadTs?: string | undefined;
  ts?: string | undefined;
}

/** The place that the page's address names (permalinks lead there), else the fallback channel. */
export function readPlace(fallback: string): Place {
  const query = new URLSearchParams(window.location.search);
  return {
    channel: query.get("channel") ?? fallback,
    threadTs: query.get("thread_ts") ?? undefined,
    ts: query.get("ts") ?? undefined,
  };
}

type Change = Place | ((before: Place) => Place);

/** The place, kept in the page's address so that a reload comes back to it. */
export function usePlace(initial: () => Place): { place: Place; show: (change: Change) => void } {
  const [place, setPlace] = useState(initial);
  const show = useCallback((change: Change) => {
    setPlace((before) => {
      const next = typeof change === "function" ? change(before) : change;
      const address = new URL(window.location.href);
      address.searchParams.set("channel", next.channel);
      address.searchParams.delete("ts");
      if (next.threadTs) address.searchParams.set("thread_ts", next.threadTs);
      else address.searchParams.delete("thread_ts");
      window.history.replaceState(null, "", address);
      return next;
    });
  }, []);
  return { place, show };
}
