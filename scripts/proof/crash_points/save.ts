import { reset } from "../reset.ts";
import type { Clinic, Platform } from "../platform.ts";
import type { Scenario } from "./crash_everywhere.ts";

const AGENT = {
  name: "Front desk",
  systemPrompt: "You answer the phone of a clinic.",
  firstMessage: "Hello, how can I help you?",
  model: { provider: "openai", model: "gpt-4o", temperature: 0.4 },
};

/** The first save on a new platform: registers every tool, creates the assistant, links it. */
export const firstSave: Scenario<Clinic> = {
  name: "first save → linked",
  async prepare(platform: Platform) {
    await reset(platform);
    return await platform.clinic("Clinic");
  },
  async act(platform, clinic) {
    await platform.save(clinic, AGENT);
    await platform.quiet();
  },
  async check({ stack }, clinic) {
    const agents = await stack.sql`select from agents where org_id = ${clinic.id}`;
    const { size } = stack.vapi.state.assistants;
    return agents.length === 1 && size === 1
      ? []
      : [`One agent was saved: there are ${agents.length}, with ${size} assistants`];
  },
};
