import type { DoubleAnswer } from "../double/respond.ts";
import { Journal } from "./journal.ts";
import {
  type AssistantRecord,
  assistantSchema,
  callSchema,
  phoneNumberSchema,
  squadSchema,
  type Stored,
  type ToolRecord,
  toolSchema,
} from "./records.ts";
import { conflict, notFound } from "./refusal.ts";
import { nextVersion, Resource, type ResourceRequest } from "./resource.ts";

const toolBodySchema = toolSchema.transform((tool) =>
  tool.type === "function" ? { async: false, messages: [], ...tool } : tool
);

/** An id in both `toolIds` and `toolRefs` is dropped from `toolIds` on writing. */
const assistantBodySchema = assistantSchema.transform((assistant) => {
  const { model } = assistant;
  if (model?.toolIds === undefined || model.toolRefs === undefined) return assistant;
  const pinned = new Set(model.toolRefs.map(({ toolId }) => toolId));
  const toolIds = model.toolIds.filter((id) => !pinned.has(id));
  return { ...assistant, model: { ...model, toolIds } };
});

/** A number of Vapi's own is chosen by Vapi. */
const phoneNumberBodySchema = phoneNumberSchema.transform((phone) =>
  phone.provider === "vapi" && phone.number === undefined
    ? { ...phone, number: `+1202555${String(Math.floor(Math.random() * 10_000)).padStart(4, "0")}` }
    : phone
);

/** Earlier versions, by id and version. */
class Versions<T extends Stored> {
  readonly #byId = new Map<string, Map<string, T>>();

  keep(id: string, record: T | null): void {
    if (record === null) this.#byId.delete(id);
    else {
      const versions = this.#byId.get(id) ?? new Map<string, T>();
      this.#byId.set(id, versions.set(record.latestVersion, record));
    }
  }

  at(id: string, version: string): T | undefined {
    return this.#byId.get(id)?.get(version);
  }

  clear(): void {
    this.#byId.clear();
  }
}

/** The contents of the one account. Every change of tools and assistants goes to the journal. */
export class Account {
  readonly orgId: string = crypto.randomUUID();
  readonly journal: Journal = new Journal();
  readonly tools;
  readonly assistants;
  readonly phoneNumbers;
  readonly squads;
  readonly calls;
  readonly #toolVersions = new Versions<ToolRecord>();
  readonly #assistantVersions = new Versions<AssistantRecord>();
  /** Tool id → number of `toolRefs` that pin it. */
  readonly #pins = new Map<string, number>();

  constructor(now: () => number) {
    const common = { now, orgId: this.orgId };
    this.tools = new Resource({
      ...common,
      path: "/tool",
      label: "Tool",
      schema: toolBodySchema,
      onChange: (before: ToolRecord | null, after: ToolRecord | null) => {
        const id = after?.id ?? before?.id ?? "";
        this.#toolVersions.keep(id, after);
        this.journal.record({ at: now(), kind: "tool", id, before, after });
      },
      // Assistants that only link its id keep it, and it breaks their calls.
      beforeDelete: ({ id }: ToolRecord) => {
        if ((this.#pins.get(id) ?? 0) === 0) return;
        throw conflict("tool_pinned", `Tool ${id} cannot be deleted: an assistant pins a version`);
      },
    });
    this.assistants = new Resource({
      ...common,
      path: "/assistant",
      label: "Assistant",
      schema: assistantBodySchema,
      onChange: (before: AssistantRecord | null, after: AssistantRecord | null) => {
        this.#countPins(before, -1);
        this.#countPins(after, 1);
        const id = after?.id ?? before?.id ?? "";
        this.#assistantVersions.keep(id, after);
        this.journal.record({ at: now(), kind: "assistant", id, before, after });
      },
      show: withoutSecret,
      beforeDelete: ({ id }: AssistantRecord) => {
        const members = [...this.squads.all.values()].flatMap((squad) => squad.members);
        const pins = members.filter((each) => each.assistantId === id && each.assistantVersion);
        if (pins.length === 0) return;
        throw conflict("assistant_pinned", `Assistant ${id} cannot be deleted: a squad pins it`);
      },
    });
    this.phoneNumbers = new Resource({
      ...common,
      path: "/phone-number",
      label: "Phone number",
      schema: phoneNumberBodySchema,
      show: withoutVersion,
    });
    this.squads = new Resource({
      ...common,
      path: "/squad",
      label: "Squad",
      schema: squadSchema,
      show: withoutVersion,
    });
    this.calls = new Resource({
      ...common,
      path: "/call",
      label: "Call",
      schema: callSchema,
      filters: ["id", "assistantId", "phoneNumberId"],
      show: withoutVersion,
    });
  }

  /** Empties the account, and the journal too. */
  clear(): void {
    for (const each of [this.tools, this.assistants, this.phoneNumbers, this.squads, this.calls]) {
      each.clear();
    }
    this.#toolVersions.clear();
    this.#assistantVersions.clear();
    this.#pins.clear();
    this.journal.reset();
  }

  /** The resource at a path: "phone-number". */
  at(path: string): { answer(request: ResourceRequest): DoubleAnswer | null } | undefined {
    const { tools, assistants, phoneNumbers, squads, calls } = this;
    return [tools, assistants, phoneNumbers, squads, calls].find((each) =>
      each.path === `/${path}`
    );
  }

  /** The tool as it was at that version. */
  toolVersion(toolId: string, version: string): ToolRecord | undefined {
    return this.#toolVersions.at(toolId, version);
  }

  /**
   * Makes an earlier version of an assistant its newest, with the tools that it linked then, whether or not they still exist. Only people
   * do this: the document has no route for it.
   */
  restoreAssistant(id: string, version: string): AssistantRecord {
    const { latestVersion } = this.assistants.get(id);
    const record = this.#assistantVersions.at(id, version);
    if (record === undefined) throw notFound(`Assistant ${id} has no version ${version}`);
    return this.assistants.put({ ...record, latestVersion: nextVersion(latestVersion) });
  }

  #countPins(assistant: AssistantRecord | null, by: 1 | -1): void {
    for (const { toolId } of assistant?.model?.toolRefs ?? []) {
      this.#pins.set(toolId, (this.#pins.get(toolId) ?? 0) + by);
    }
  }
}

/** An assistant's `server.secret` is write-only: reading it back shows only that there is one. */
function withoutSecret(record: AssistantRecord): unknown {
  if (record.server?.secret === undefined) return { ...record, isServerUrlSecretSet: false };
  const { secret: _, ...server } = record.server;
  return { ...record, server, isServerUrlSecretSet: true };
}

/** Only tools and assistants have versions. */
function withoutVersion({ latestVersion: _, ...record }: Stored): unknown {
  return record;
}
