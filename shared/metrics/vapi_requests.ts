import type { VapiAttempt } from "../vapi/client.ts";
import type { Recorder } from "./recorder.ts";

/** An observer of the Vapi client that counts and times its attempts by operation and class of status. */
export function recordVapiRequests(recorder: Recorder): (attempt: VapiAttempt) => void {
  return ({ operation, status, code, ms, attempt }) => {
    // We gave up ourselves: that says nothing about Vapi.
    if (code === "aborted") return;
    recorder.record("vapi_request_seconds", { operation, status: classOf(status) }, ms / 1000);
    if (attempt > 1) recorder.record("vapi_retries", { operation }, ms / 1000);
  };
}

/** `2xx` and so on; `429` apart, because it is about our pace; `none` without an answer. */
function classOf(status: number | null): string {
  if (status === null) return "none";
  return status === 429 ? "429" : `${Math.floor(status / 100)}xx`;
}
