/** tool-sync: registers the catalogue's tools at Vapi and brings agents' assistants in step. */
export { acceptWake as handle } from "../../shared/worker/accept_wake.ts";
