import { catalogue } from "../../../shared/tools/catalogue.ts";
import type { Platform } from "../platform.ts";
import type { Scenario } from "./crash_everywhere.ts";

const CHANGED = catalogue[0]?.name ?? "";

let releases = 0;

/**
 * A release with another definition of one tool, on a platform where it is linked to two agents of two clinics, one of whose assistants
 * carries things that other people put there.
 */
export const replaceTool: Scenario<{ before: string }> = {
  name: "changed definition → every assistant relinked",
  async prepare(platform) {
    if ((await platform.world.currentTools()).size === 0) await furnish(platform);
    const before = (await platform.world.currentTools()).get(CHANGED) ?? "";
    // Nothing is running any more: what is logged from here on belongs to the next crash point.
    platform.stack.vapi.journal.clear();
    await platform.stack.functions.restart("tool-sync");
    return { before };
  },
  async act(platform) {
    platform.deploy({ descriptions: { [CHANGED]: `Description ${++releases}` } });
    await platform.quiet();
  },
  async check(platform, { before }) {
    const now = (await platform.world.currentTools()).get(CHANGED);
    return now === before ? [`${CHANGED} was not replaced`] : [];
  },
};

/** The next release comes before the previous one, which crashed somewhere, has been recovered. */
export const replaceTwice: Scenario<{ before: string }> = {
  ...replaceTool,
  name: "changed definition, changed again before it was through",
  async act(platform) {
    platform.deploy({ descriptions: { [CHANGED]: `Description ${++releases}` } });
    await platform.round();
    platform.deploy({ descriptions: { [CHANGED]: `Description ${++releases}` } });
    await platform.quiet();
  },
};

async function furnish(platform: Platform): Promise<void> {
  for (const name of ["One", "Two"]) {
    await platform.save(await platform.clinic(name), {
      name: `Agent ${name}`,
      systemPrompt: "Hi.",
    });
  }
  await platform.quiet();
  const { dashboard, state } = platform.stack.vapi;
  const foreign = dashboard.createTool({
    type: "function",
    function: { name: "foreignTool" },
    server: { url: "https://elsewhere.example.com/tool" },
  });
  const [assistant] = state.assistants.values();
  if (assistant === undefined) throw new Error("There is no assistant to edit");
  dashboard.updateAssistant(assistant.id, {
    backgroundSound: "office",
    model: {
      ...assistant.model,
      maxTokens: 300,
      messages: [...assistant.model?.messages ?? [], { role: "user", content: "An example" }],
      tools: [{ type: "endCall" }],
      toolIds: [...assistant.model?.toolIds ?? [], foreign.id],
    },
  });
}
