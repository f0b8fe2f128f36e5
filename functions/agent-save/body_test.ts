import assert from "node:assert/strict";
import { AppError } from "../../shared/http/errors.ts";
import type { JsonObject } from "../../shared/json.ts";
import { agentParser } from "./body.ts";

const MINIMAL = { role: "inbound", name: "Front desk", systemPrompt: "Be kind." };
const parseAgent = agentParser(() =>
  Promise.resolve(["checkAvailability", "bookClinicAppointment"])
);

async function problems(body: JsonObject): Promise<{ path: string; message: string }[]> {
  try {
    await parseAgent(body);
  } catch (error) {
    assert.ok(error instanceof AppError && error.code === "invalid_input");
    assert.ok(Array.isArray(error.details));
    return error.details;
  }
  return [];
}

Deno.test("parseAgent() accepts role, name and prompt alone", async () => {
  assert.deepEqual(await parseAgent(MINIMAL), MINIMAL);
});

Deno.test("parseAgent() refuses unknown fields by name, nested ones too", async () => {
  assert.deepEqual(
    await problems({
      ...MINIMAL,
      prompt: "x",
      voice: { provider: "11labs", voiceId: "b", color: 2 },
    }),
    [{ path: "prompt", message: "unknown field" }],
  );
  assert.deepEqual(
    await problems({ ...MINIMAL, voice: { provider: "11labs", voiceId: "b", color: 2 } }),
    [{ path: "voice.color", message: "unknown field" }],
  );
});

Deno.test("parseAgent() reports every problem at its path", async () => {
  const found = await problems({ role: "both", name: "x".repeat(41), maxDurationSeconds: 5 });
  assert.deepEqual(
    found.map((problem) => problem.path),
    ["role", "name", "systemPrompt", "maxDurationSeconds"],
  );
});

Deno.test("parseAgent() refuses a tool that the catalogue does not define, and says which there are", async () => {
  assert.deepEqual(await problems({ ...MINIMAL, tools: ["checkAvailability", "launchRocket"] }), [{
    path: "tools.1",
    message: "no such tool: launchRocket; there are checkAvailability, bookClinicAppointment",
  }]);
});

Deno.test("parseAgent() keeps an explicit null, which clears a field", async () => {
  assert.deepEqual(await parseAgent({ ...MINIMAL, firstMessage: null, tools: null }), {
    ...MINIMAL,
    firstMessage: null,
    tools: null,
  });
});

Deno.test("parseAgent() refuses text that can't be stored, wherever it is", async () => {
  const voice = { provider: "11labs", voiceId: "paula" };
  const model = { provider: "openai", model: "gpt-4o" };
  for (const bad of ["a\0b", "a\ud800b", "\udc00\ud800"]) {
    const body = {
      role: "inbound",
      name: bad,
      systemPrompt: bad,
      firstMessage: bad,
      voice: { ...voice, voiceId: bad },
      model: { ...model, model: bad },
      language: bad,
    };
    assert.deepEqual(
      (await problems(body)).map((problem) => problem.path),
      ["name", "systemPrompt", "firstMessage", "voice.voiceId", "model.model", "language"],
    );
  }
  assert.deepEqual(
    await problems({ ...MINIMAL, name: "מרפאה 👩‍⚕️", systemPrompt: "'; drop table agents" }),
    [],
  );
});

Deno.test("parseAgent() refuses a version that no agent can have", async () => {
  for (const version of [0, -1, 1.5, 2 ** 31, 1e300]) {
    assert.equal((await problems({ ...MINIMAL, version })).length, 1, String(version));
  }
});

Deno.test("parseAgent() answers a list of tools without end with one problem", async () => {
  assert.deepEqual(
    await problems({ ...MINIMAL, tools: Array.from({ length: 100_000 }, () => "x") }),
    [
      { path: "tools", message: "Too big: expected array to have <=100 items" },
    ],
  );
});

Deno.test("parseAgent() refuses what Vapi would refuse, at the path where the save says it", async () => {
  const cases: [JsonObject, paths: string[]][] = [
    [{ voice: { provider: "nobody", voiceId: "x" } }, ["voice.provider"]],
    [{ voice: { provider: "neuphonic", voiceId: "x" } }, ["voice.language"]],
    [{ voice: { provider: "neuphonic", voiceId: "x", language: "en" } }, []],
    [
      {
        voice: { provider: "neuphonic", voiceId: "x" },
        settings: { voice: { language: "en", speed: "fast" } },
      },
      ["settings.voice.speed"],
    ],
    [{ model: { provider: "custom-llm", model: "m" } }, ["model.url"]],
    [{ model: { provider: "openai", model: "gpt-0" } }, ["model.model"]],
    [{ settings: { model: { maxTokens: "many" } } }, ["settings.model.maxTokens"]],
    [{ settings: { model: { thinking: {} } } }, ["settings.model.thinking"]],
    [{ settings: { backgroundSound: "rain" } }, ["settings.backgroundSound"]],
    [{ settings: { tools: [] } }, ["settings.tools"]],
    [{ settings: { name: "x", server: {}, model: { messages: [] } } }, [
      "settings.name",
      "settings.model.messages",
      "settings.server",
    ]],
    [{ settings: { serverMessages: ["transcript"] } }, ["settings.serverMessages"]],
    [{ settings: { transcriber: { provider: "deepgram", keyterm: "x" } } }, [
      "settings.transcriber.keyterm",
    ]],
    [{ settings: { artifactPlan: { recordingEnabled: "no" } } }, [
      "settings.artifactPlan.recordingEnabled",
    ]],
  ];
  for (const [fields, paths] of cases) {
    const found = await problems({ ...MINIMAL, ...fields });
    assert.deepEqual(found.map(({ path }) => path), paths, JSON.stringify([fields, found]));
  }
});

Deno.test("parseAgent() takes the rest of an assistant as settings", async () => {
  const body = {
    ...MINIMAL,
    settings: {
      transcriber: { provider: "deepgram", model: "nova-3", keyterm: ["Botox"], endpointing: 300 },
      voice: { cachingEnabled: true },
      model: { maxTokens: 300 },
      firstMessageMode: "assistant-waits-for-user",
      endCallMessage: "Goodbye.",
      endCallPhrases: ["goodbye"],
      voicemailDetection: "off",
      backgroundSound: "office",
      compliancePlan: { hipaaEnabled: true },
      artifactPlan: { recordingEnabled: false },
      keypadInputPlan: { enabled: true },
      serverMessages: ["tool-calls", "end-of-call-report"],
    },
  };
  assert.deepEqual(await problems(body), []);
});

Deno.test("parseAgent() refuses a language that the transcriber does not have, and names those that it has", async () => {
  assert.deepEqual(await problems({ ...MINIMAL, language: "de-DE" }), []);
  const settings = { transcriber: { provider: "assembly-ai" } };
  const [problem] = await problems({ ...MINIMAL, language: "ja", settings });
  assert.deepEqual(problem, {
    path: "language",
    message: "the transcriber assembly-ai has no ja; it has multi, en",
  });
  const [unknown] = await problems({ ...MINIMAL, language: "tlh" });
  assert.match(unknown?.message ?? "", /deepgram has no tlh; it has ar, /);
});

Deno.test("parseAgent() takes only what changed of an agent that exists", async () => {
  const change = { agentId: "11111111-1111-4111-8111-111111111111", firstMessage: null };
  assert.deepEqual(await parseAgent(change), change);
  assert.deepEqual(
    (await problems({ firstMessage: "Hello" })).map(({ path }) => path),
    ["role", "name", "systemPrompt"],
  );
});

Deno.test("parseAgent() takes a merge patch of settings: null at any depth, and of an object what it names", async () => {
  const agentId = "11111111-1111-4111-8111-111111111111";
  const taken: JsonObject[] = [
    { analysisPlan: { summaryPlan: { messages: null, enabled: false } } },
    { voice: { chunkPlan: { formatPlan: null } }, transcriber: { language: undefined } },
    { compliancePlan: { recordingConsentPlan: { message: "This call is recorded." } } },
    { voicemailDetection: { provider: "google", beepMaxAwaitSeconds: null } },
    { artifactPlan: null, backgroundSound: null },
  ].map((settings) => JSON.parse(JSON.stringify(settings)));
  for (const settings of taken) {
    assert.deepEqual(await problems({ agentId, settings }), [], JSON.stringify(settings));
  }
  const created = { ...MINIMAL, settings: { analysisPlan: { summaryPlan: { messages: null } } } };
  assert.deepEqual(await problems(created), []);

  const refused: [JsonObject, path: string][] = [
    [{ compliancePlan: { recordingConsentPlan: { message: null } } }, "message"],
    [{ compliancePlan: { recordingConsentPlan: { type: "verbal" } } }, "message"],
    [{ analysisPlan: { summaryPlan: { color: null } } }, "color"],
    [{ analysisPlan: { summaryPlan: { enabled: "no" } } }, "enabled"],
    [{ hooks: [{ on: "call.ending", do: null }] }, "do"],
    [{ voicemailDetection: { beepMaxAwaitSeconds: 5 } }, "provider"],
  ];
  for (const [settings, key] of refused) {
    const [problem] = await problems({ agentId, settings });
    assert.equal(problem?.path.split(".").at(-1), key, JSON.stringify([settings, problem]));
  }
});

Deno.test("parseAgent() takes a voice without an id and a model without a name where Vapi's document has such", async () => {
  const server = { url: "https://voice.example.test/speak" };
  assert.deepEqual(await problems({ ...MINIMAL, voice: { provider: "custom-voice", server } }), []);
  assert.deepEqual(await problems({ ...MINIMAL, model: { provider: "vapi" } }), []);
  const without = { voice: { provider: "11labs" }, model: { provider: "openai" } };
  const paths = (await problems({ ...MINIMAL, ...without })).map(({ path }) => path);
  assert.deepEqual(paths.sort(), ["model.model", "voice.voiceId"]);
});
