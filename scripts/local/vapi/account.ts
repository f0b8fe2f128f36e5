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
import { conflict } from "./refusal.ts";
import { Resource, type ResourceRequest } from "./resource.ts";

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

/** What the one account has. Every change of tools and assistants goes to the journal. */
export class Account {
  readonly orgId: string = crypto.randomUUID();
  readonly journal: Journal = new Journal();
  readonly tools;
  readonly assistants;
  readonly phoneNumbers;
  readonly squads;
  readonly calls;
  /** Tool id → version → the tool as it was. */
  readonly #versions = new Map<string, Map<string, ToolRecord>>();
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
        if (after === null) this.#versions.delete(id);
        else {
          const versions = this.#versions.get(id) ?? new Map<string, ToolRecord>();
          this.#versions.set(id, versions.set(after.latestVersion, after));
        }
        this.journal.record({ at: now(), kind: "tool", id, before, after });
      },
      // Where only its id is linked, assistants keep it, and it breaks their calls.
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

  /** Forgets everything, the journal too. */
  clear(): void {
    for (const each of [this.tools, this.assistants, this.phoneNumbers, this.squads, this.calls]) {
      each.clear();
    }
    this.#versions.clear();
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
    return this.#versions.get(toolId)?.get(version);
  }

  #countPins(assistant: AssistantRecord | null, by: 1 | -1): void {
    for (const { toolId } of assistant?.model?.toolRefs ?? []) {
      this.#pins.set(toolId, (this.#pins.get(toolId) ?? 0) + by);
    }
  }
}

/** `server.secret` of an assistant is write-only: read-back tells only that there is one. */
function withoutSecret(record: AssistantRecord): unknown {
  if (record.server?.secret === undefined) return { ...record, isServerUrlSecretSet: false };
  const { secret: _, ...server } = record.server;
  return { ...record, server, isServerUrlSecretSet: true };
}

/** Only tools and assistants have versions. */
function withoutVersion({ latestVersion: _, ...record }: Stored): unknown {
  return record;
}
