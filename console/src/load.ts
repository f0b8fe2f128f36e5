/** A page's request: its value, and its state. */
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { noteError } from "./session.ts";

export interface Loaded<Value> {
  /** Stays while it is being requested again. */
  readonly value: Value | undefined;
  readonly error: unknown;
  readonly isLoading: boolean;
  reload(): Promise<void>;
  /** Shows what is already known, until the next answer. */
  set(value: Value): void;
}

/** Requests once for each `key`; an answer to an earlier key is dropped. */
export function useLoad<Value>(key: string, ask: () => Promise<Value>): Loaded<Value> {
  const [state, setState] = useState<
    { key: string; value?: Value; error?: unknown; done: boolean }
  >({
    key,
    done: false,
  });
  const latest = useRef({ key, ask, turn: 0 });
  latest.current.ask = ask;
  latest.current.key = key;

  const reload = useCallback(async () => {
    const turn = ++latest.current.turn;
    const asked = latest.current.key;
    try {
      const value = await latest.current.ask();
      if (turn === latest.current.turn) setState({ key: asked, value, done: true });
    } catch (error) {
      noteError(error);
      if (turn !== latest.current.turn) return;
      setState((before) => ({
        key: asked,
        ...(before.key === asked && before.value !== undefined ? { value: before.value } : {}),
        error,
        done: true,
      }));
    }
  }, []);
  useEffect(() => {
    reload();
    return () => {
      latest.current.turn++;
    };
  }, [key]);

  const isCurrent = state.key === key;
  return {
    value: isCurrent ? state.value : undefined,
    error: isCurrent ? state.error : undefined,
    isLoading: !isCurrent || !state.done,
    reload,
    set: (value) => setState({ key, value, done: true }),
  };
}
