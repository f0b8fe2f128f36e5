/** tool-sync: registers the catalogue's tools at Vapi and brings agents' assistants in step. */
export { acceptWake as handle } from "../../shared/queue/accept_wake.ts";
