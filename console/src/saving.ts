/** Sending a form: whether it is on its way, and why it was refused. */
import { useState } from "preact/hooks";
import { noteError } from "./session.ts";

export interface Saving {
  readonly isBusy: boolean;
  /** Why the last attempt failed; undefined if it did not. */
  readonly error: unknown;
  /** Never throws: a failure becomes `error`. */
  save(work: () => Promise<unknown>): Promise<void>;
}

export function useSaving(): Saving {
  const [state, setState] = useState<{ isBusy: boolean; error?: unknown }>({ isBusy: false });
  return {
    isBusy: state.isBusy,
    error: state.error,
    save: async (work) => {
      setState({ isBusy: true });
      try {
        await work();
        setState({ isBusy: false });
      } catch (error) {
        noteError(error);
        setState({ isBusy: false, error });
      }
    },
  };
}
