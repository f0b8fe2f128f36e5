import { deepEqual } from "node:assert/strict";
import { type Draft, emptyDraft } from "./draft.ts";
import { mergeDrafts, take } from "./merge_drafts.ts";

const base: Draft = { ...emptyDraft, name: "Reception", systemPrompt: "Be kind." };

Deno.test("mergeDrafts() keeps what either changed, where nobody changed the same", () => {
  const mine = { ...base, systemPrompt: "Be brief." };
  const theirs = { ...base, firstMessage: "Hello", tools: ["sendSms"] };
  deepEqual(mergeDrafts(base, mine, theirs), {
    merged: { ...base, systemPrompt: "Be brief.", firstMessage: "Hello", tools: ["sendSms"] },
    conflicts: [],
  });
});

Deno.test("mergeDrafts() names what both changed differently, and keeps mine", () => {
  const mine = { ...base, systemPrompt: "Be brief.", name: "Front desk" };
  const theirs = { ...base, systemPrompt: "Be warm.", name: "Front desk" };
  deepEqual(mergeDrafts(base, mine, theirs), { merged: mine, conflicts: ["systemPrompt"] });
});

Deno.test("mergeDrafts() takes back nothing that one side cleared", () => {
  const told = { ...base, firstMessage: "Hello" };
  deepEqual(mergeDrafts(told, told, { ...told, firstMessage: "" }).merged.firstMessage, "");
  deepEqual(mergeDrafts(told, { ...told, firstMessage: "" }, told).merged.firstMessage, "");
});

Deno.test("mergeDrafts() joins no voice of one provider with the other's id", () => {
  const mine = { ...base, voiceProvider: "vapi", voiceId: "Elliot" };
  const theirs = { ...base, voiceProvider: "11labs", voiceId: "sarah" };
  const { merged, conflicts } = mergeDrafts(base, mine, theirs);
  deepEqual([merged.voiceProvider, merged.voiceId], ["vapi", "Elliot"]);
  deepEqual(conflicts, ["voiceProvider", "voiceId"]);
  const chosen = take(merged, theirs, ["voiceId"]);
  deepEqual([chosen.voiceProvider, chosen.voiceId], ["11labs", "sarah"]);
});
