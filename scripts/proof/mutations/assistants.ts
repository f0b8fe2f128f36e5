/** What is sent about an assistant, and what is refused beforehand: faults from before Vapi's own document was consulted. */
import type { Mutation } from "./mutation.ts";

const contract = "shared/vapi/contract.ts";
const bodies = "shared/assistants/bodies.ts";
const settings = "shared/assistants/settings.ts";
const update = "functions/tool-sync/update_assistant.ts";
const body = "functions/agent-save/body_test.ts";
const patches = "shared/assistants/bodies_test.ts";
const providers = "shared/assistants/provider_change_test.ts";
const merge = "shared/assistants/plan_merge_test.ts";
const native = "shared/assistants/native_tools_test.ts";
const refused = "what Vapi would refuse";

export const ASSISTANTS: readonly Mutation[] = [
  {
    what: "assistants: the document: a body with an unknown key is taken",
    file: contract,
    from: "const unknown = Object.keys(value).filter((key) => !Object.hasOwn(keys, key));",
    to: "const unknown: string[] = [];",
    test: "shared/vapi/contract_test.ts",
  },
  {
    what: "assistants: the document: fallback models are not known",
    file: contract,
    from: "  const { required = [], like, without = [] } = shape;",
    to:
      "  const { required = [], like, without = [] } = shape;\n  delete shape.keys?.fallbackModels;",
    test: "scripts/local/vapi/assistants_test.ts",
    filter: "what the document has is kept",
  },
  {
    what: "assistants: the document: the double takes any body",
    file: "scripts/local/vapi/resource.ts",
    from: "  if (errors.length > 0) throw badRequest",
    to: "  if (errors.length < 0) throw badRequest",
    test: "scripts/local/vapi/assistants_test.ts",
  },
  {
    what: "assistants: a save: nothing is held against Vapi's document",
    file: "functions/agent-save/body.ts",
    from: "refuse(vapiProblems(agent), PURPOSE);",
    to: "vapiProblems(agent);",
    test: body,
    filter: refused,
  },
  {
    what: "assistants: a save: an unknown provider of a voice is stored",
    file: contract,
    from: "? [problem(joined(path, by), oneOf(Object.keys(cases)))]",
    to: "? []",
    test: body,
    filter: refused,
  },
  {
    what:
      "assistants: a save: neuphonic without its language, and custom-llm without its URL, are stored",
    file: contract,
    from: "const mayLack = (key: string) => !isComplete || !required.includes(key);",
    to: "const mayLack = (_key: string) => true;",
    test: body,
    filter: refused,
  },
  {
    what: "assistants: a save: a language that the transcriber doesn't have is stored",
    file: "functions/agent-save/vapi_rules.ts",
    from: "if (possible.some((each) => nearestLanguage(each, language) !== null)) return [];",
    to: "return [];",
    test: body,
    filter: "refuses a language",
  },
  {
    what: "assistants: languages: de-DE is no language of a transcriber that has de",
    file: "shared/assistants/languages.ts",
    from: "[tag, ...written, base, name, ...likely]",
    to: "[tag, ...written, name, ...likely]",
    test: "shared/assistants/languages_test.ts",
  },
  {
    what: "assistants: languages: a transcriber is told the console's own name of one",
    file: settings,
    from: `: nearestLanguage(String(settings["transcriber.provider"]), agent.language);`,
    to: ": agent.language;",
    test: providers,
  },
  {
    what: "assistants: a refused setting is kept nowhere",
    file: update,
    from:
      "    updated.rejected.push(...paths.map((path) => ({ path, reason: reasonOf(sent) })));\n",
    to: "",
    test: "functions/tool-sync/update_assistant_test.ts",
  },
  {
    what: "assistants: a repair is lost where Vapi refuses a setting",
    file: update,
    from:
      "const bare = updateBody(assistant, desired, { ...update, send: [], clear: [] }, touched);",
    to: "const bare = updateBody(assistant, desired, { ...update, send: [], clear: [] });",
    test: "functions/tool-sync/update_assistant_test.ts",
  },
  {
    what: "assistants: a refused setting counts as edited at Vapi",
    file: "functions/tool-sync/sync_agent.ts",
    from: "    rejectedSettings: all.map((each) => ({ ...each })),",
    to: "    rejectedSettings: [],",
    test: "functions/tool-sync/sync_agent_test.ts",
  },
  {
    what: "assistants: another provider's model is sent the keys of the one before",
    file: bodies,
    from: "if (isOther) body[parent] = handedOver(parent, part, value);",
    to: "if (isOther) body[parent] = { ...part };",
    test: providers,
  },
  {
    what: "assistants: another provider's model begins without prompt and tools",
    file: bodies,
    from: '    "messages",\n    "tools",\n    "toolIds",\n',
    to: "",
    test: patches,
    filter: "keeps of a model",
  },
  {
    what: "assistants: another provider's voice begins without its plans",
    file: bodies,
    from: 'voice: ["cachingEnabled", "chunkPlan", "fallbackPlan"]',
    to: "voice: []",
    test: patches,
    filter: "keeps of a model",
  },
  {
    what: "assistants: a setting that was meant for another provider is sent",
    file: settings,
    from: "    contractErrors(`${shape}.${key}`, settings[path]).length === 0;",
    to: "    true;",
    test: providers,
  },
  {
    what: "assistants: null: a voice, a duration and a language stay at Vapi",
    file: settings,
    from:
      '  "maxDurationSeconds",\n  "model.temperature",\n  // The whole voice goes with its provider.\n  "voice.provider",\n  "transcriber.language",\n',
    to: '  "model.temperature",\n',
    test: merge,
    filter: "is taken back at Vapi",
  },
  {
    what: "assistants: null: a removed first message is not a text",
    file: bodies,
    from:
      'if (path === "firstMessage") body[parent] = "";\n  // A voice cannot exist without its provider.\n  else if',
    to: "if",
    test: merge,
    filter: "is taken back at Vapi",
  },
  {
    what: "assistants: null: deeper in settings it is refused",
    file: contract,
    from: "      isPatch && value[key] === null && !required.includes(key)",
    to: "      false",
    test: body,
    filter: "a merge patch of settings",
  },
  {
    what: "assistants: settings: nothing of them reaches Vapi",
    file: settings,
    from: "    ...Object.fromEntries(settingEntries(agent.settings)),\n",
    to: "",
    test: patches,
    filter: "what was meant for another",
  },
  {
    what: "assistants: settings: a save replaces them",
    file: "supabase/migrations/20261121000600_save_agent.sql",
    from:
      "private.merge_patch(coalesce(v_old.settings, '{}'), coalesce(p_agent -> 'settings', '{}')) end;",
    to: "coalesce(p_agent -> 'settings', v_old.settings, '{}') end;",
    test: "scripts/tests/save_test.ts",
  },
  {
    what: "assistants: settings: what names another provider keeps the old one's keys",
    file: "supabase/migrations/20261121000600_save_agent.sql",
    from: "return p_key <> 'transcriber'",
    to: "return false",
    test: "scripts/tests/save_test.ts",
  },
  {
    what: "assistants: a change of an agent without its prompt is refused",
    file: "functions/agent-save/body.ts",
    from: "      isChange ? change : create,",
    to: "      create,",
    test: body,
    filter: "only what changed",
  },
  {
    what: "assistants: an assistant without a model is linked without one",
    file: bodies,
    from: "const isNew = seen === undefined || isChosen",
    to: "const isNew = isChosen",
    test: patches,
    filter: "without a model",
  },
  {
    what: "assistants: a key that is no longer in Vapi's document goes unnoticed",
    file: "functions/verify-config/assistant_view.ts",
    from: "return [...own, ...inModel.map((key) => `model.${key}`)];",
    to: "return [];",
    test: "functions/verify-config/assistant_view_test.ts",
  },
  {
    what: "assistants: tools of Vapi's own: ours are not recognised when they are read back",
    file: "shared/assistants/native_tools.ts",
    from: "  const said = withoutDefaults(own);",
    to: "  const said: JsonValue = own;",
    test: native,
  },
  {
    what: "assistants: tools of Vapi's own: somebody else's is replaced",
    file: "shared/assistants/plan.ts",
    from: "isNative && found !== undefined && found !== applied;",
    to: "false;",
    test: native,
  },
  {
    what: "assistants: tools of Vapi's own: an agent can neither transfer a call nor end it",
    file: settings,
    from: "    ...nativeTools(agent.clinic, agent.language),\n",
    to: "",
    test: patches,
    filter: "createBody() makes",
  },
  {
    what:
      "assistants: tools of Vapi's own: one that somebody has linked is duplicated by an inline one",
    file: "shared/assistants/plan.ts",
    from: "changed.filter((path) => !theirs.includes(path));",
    to: "changed;",
    test: native,
  },
  {
    what: "assistants: languages: nb-NO is no language of a transcriber that has no",
    file: "shared/assistants/languages.ts",
    from: '  ["no", "nb", "nn"],\n',
    to: "",
    test: "shared/assistants/languages_test.ts",
  },
  {
    what: "assistants: one that a squad pins keeps our tools when its agent is deleted",
    file: "functions/tool-sync/remove_assistant.ts",
    from: 'if (!(error instanceof ServiceError && error.code === "assistant_pinned")) throw error;',
    to: "throw error;",
    test: "functions/tool-sync/remove_assistant_test.ts",
  },
  {
    what: "assistants: a part that was removed at Vapi is sent incompletely",
    file: bodies,
    from: "return isNew ? ownPaths(part, desired) : [];",
    to: "return isNew && seen !== undefined ? ownPaths(part, desired) : [];",
    test: patches,
  },
  {
    what: "assistants: the document: a test run ignores what Vapi refused",
    file: "scripts/tests/support/bodies_taken.ts",
    from: "  if (refusedBodies.length === 0) return;",
    to: "  return;",
    test: "scripts/tests/support/bodies_taken_test.ts",
  },
  {
    what: "assistants: a model that an assistant was given is named nowhere",
    file: "functions/tool-sync/sync_agent.ts",
    from: "...isModelSet && { modelSet",
    to: "...false && { modelSet",
    test: "scripts/tests/assistant_settings_test.ts",
    filter: "a model that an assistant was given",
  },
  {
    what: "assistants: tools of Vapi's own: a model isn't told when to transfer a call",
    file: "shared/assistants/prompt_block.ts",
    from: "    ...human(clinic.transfer.emergencyWords),\n",
    to: "",
    test: "shared/assistants/prompt_block_test.ts",
  },
];
