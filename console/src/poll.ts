/** Polls while something is under way, less and less often. */
import { useEffect, useRef } from "preact/hooks";

const FIRST_MS = 400;
const LONGEST_MS = 5_000;
/** How often a page polls when nothing is under way. */
const IDLE_MS = 20_000;

/** `isBusy`: poll soon. A hidden tab does not poll, and polls at once when it becomes visible. */
export function usePolling(isBusy: boolean, ask: () => Promise<unknown>): void {
  const latest = useRef(ask);
  latest.current = ask;
  useEffect(() => {
    let pause = isBusy ? FIRST_MS : IDLE_MS;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let ended = false;
    const next = () => timer = setTimeout(look, pause);
    const look = async () => {
      clearTimeout(timer);
      if (document.hidden) return;
      await latest.current();
      if (isBusy) pause = Math.min(pause * 1.5, LONGEST_MS);
      if (!ended) next();
    };
    const seen = () => {
      if (!document.hidden) look();
    };
    next();
    document.addEventListener("visibilitychange", seen);
    return () => {
      ended = true;
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", seen);
    };
  }, [isBusy]);
}
