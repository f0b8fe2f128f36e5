import type { VNode } from "preact";
import { signal } from "@preact/signals";
import { noteError } from "../session.ts";
import { reasonOf } from "./notice.tsx";

interface Said {
  readonly text: string;
  readonly isWrong: boolean;
}

const said = signal<Said | null>(null);
let timer: ReturnType<typeof setTimeout> | undefined;
const SHOWN_MS = 6_000;

/** Reports in a corner that something was done, or was not. */
export function say(text: string, isWrong = false): void {
  said.value = { text, isWrong };
  clearTimeout(timer);
  timer = setTimeout(() => said.value = null, SHOWN_MS);
}

/** Carries out a button's action; a failure is reported in a corner. False if it failed. */
export async function attempt(work: () => Promise<unknown>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    noteError(error);
    say(reasonOf(error), true);
    return false;
  }
}

export function Toast(): VNode {
  return (
    <div class="toast-area" role="status" aria-live="polite">
      {said.value && <p class={said.value.isWrong ? "toast wrong" : "toast"}>{said.value.text}</p>}
    </div>
  );
}
