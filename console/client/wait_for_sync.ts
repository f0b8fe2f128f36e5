/** Waits until Vapi has what was saved. */
import { readAgentState } from "./agents.ts";
import type { Client } from "./client.ts";
import type { Agent } from "./results.ts";

const FIRST_PAUSE_MS = 400;
const LONGEST_PAUSE_MS = 5_000;

export interface WaitOptions {
  /** Gives up after this time, and returns the current state; default 60 s. */
  timeoutMs?: number;
  signal?: AbortSignal;
  /** Called with each state that was seen. */
  onState?: (agent: Agent) => void;
}

/**
 * The agent once its sync has ended, as `synced` or `failed`, or its current state when the time is over. Polls less and less often,
 * because while Vapi is down it may take long. Throws `ApiError`, and the signal's reason.
 */
export async function waitForSync(
  client: Client,
  agentId: string,
  { timeoutMs = 60_000, signal, onState }: WaitOptions = {},
): Promise<Agent> {
  const until = Date.now() + timeoutMs;
  for (let pause = FIRST_PAUSE_MS;; pause = Math.min(pause * 1.5, LONGEST_PAUSE_MS)) {
    signal?.throwIfAborted();
    const agent = await readAgentState(client, agentId);
    onState?.(agent);
    const left = until - Date.now();
    if (agent.sync_state === "synced" || agent.sync_state === "failed" || left <= 0) return agent;
    await pauseFor(Math.min(pause, left), signal);
  }
}

/** Ends early when the signal does. */
function pauseFor(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal?.addEventListener("abort", end);
  });
}
