/**
 * The part of Vapi that the product uses. Every method throws ServiceError.
 *
 * Unknown keys in Vapi's answers are kept: a PATCH replaces an assistant's `model` as a whole, so whatever we do not know must be sent back
 * untouched. And few keys are required: one odd assistant must not make the whole list unreadable.
 */
import { z } from "zod";
import type { JsonObject, JsonValue } from "../json.ts";

/** Accepts anything: the input came out of a JSON parser. */
const jsonSchema = z.custom<JsonValue>();

export const vapiToolSchema = z.object({
  id: z.string().min(1),
  type: z.string(),
  createdAt: z.iso.datetime({ offset: true }),
  updatedAt: z.string().exactOptional(),
  function: z.object({
    name: z.string(),
    description: z.string().nullable().exactOptional(),
    parameters: jsonSchema.exactOptional(),
  }).catchall(jsonSchema).nullable().exactOptional(),
  server: z.object({
    url: z.string().nullable().exactOptional(),
  }).catchall(jsonSchema).nullable().exactOptional(),
}).catchall(jsonSchema);

/** A tool as `GET /tool/:id` shows it: what was sent, plus keys that Vapi defaulted. */
export type VapiTool = z.infer<typeof vapiToolSchema>;

/** `model` of an assistant: provider, prompt, temperature and tools in one object. */
const vapiModelSchema = z.object({
  provider: z.string().exactOptional(),
  model: z.string().exactOptional(),
  toolIds: z.array(z.string()).nullable().exactOptional(),
  /** Pins versions, and wins over `toolIds`. */
  toolRefs: z.array(z.object({ toolId: z.string() }).catchall(jsonSchema)).nullable()
    .exactOptional(),
}).catchall(jsonSchema);

export const vapiAssistantSchema = z.object({
  id: z.string().min(1),
  name: z.string().nullable().exactOptional(),
  createdAt: z.iso.datetime({ offset: true }),
  updatedAt: z.string().exactOptional(),
  metadata: z.record(z.string(), jsonSchema).nullable().exactOptional(),
  model: vapiModelSchema.nullable().exactOptional(),
}).catchall(jsonSchema);

export type VapiAssistant = z.infer<typeof vapiAssistantSchema>;

export const vapiDocumentSchema = z.object({
  id: z.string().min(1),
  createdAt: z.iso.datetime({ offset: true }),
}).catchall(jsonSchema);

/** A phone number; or a squad or a workflow, which is read for its references and never written. */
export type VapiDocument = z.infer<typeof vapiDocumentSchema>;

export interface VapiCallOptions {
  signal?: AbortSignal;
}

/** What tools and assistants have in common. */
export interface VapiResource<T> {
  /** All of them, across every page. */
  list(options?: VapiCallOptions): Promise<T[]>;
  /** Like `list`, page by page, without repeats. */
  pages(options?: VapiCallOptions): AsyncIterable<T[]>;
  /** Null if Vapi says that none has this id. */
  get(id: string, options?: VapiCallOptions): Promise<T | null>;
  /** Never repeated if the outcome of an attempt is unknown: throws with `outcomeUnknown`, and the caller looks first. */
  create(body: JsonObject, options?: VapiCallOptions): Promise<T>;
  /** Vapi's PATCH is shallow: keys left out stay, each key that is sent is replaced as a whole. Throws `not_found` if none has this id. */
  update(id: string, patch: JsonObject, options?: VapiCallOptions): Promise<T>;
  /** Also resolves if none has this id. */
  remove(id: string, options?: VapiCallOptions): Promise<void>;
}

export interface VapiTools extends VapiResource<VapiTool> {
  /**
   * Also resolves if none has this id. Vapi does not unlink the tool from assistants, and a dangling id breaks calls: unlink first. Throws
   * `tool_pinned` if an assistant pins a version.
   */
  remove(id: string, options?: VapiCallOptions): Promise<void>;
}

export type VapiAssistants = VapiResource<VapiAssistant>;

export interface Vapi {
  tools: VapiTools;
  assistants: VapiAssistants;
  /** Some of them are ours; the plan decides what may be written to one. */
  phoneNumbers: Pick<VapiResource<VapiDocument>, "list" | "get" | "update">;
  /** Other people's documents: read only. */
  squads: Pick<VapiResource<VapiDocument>, "list">;
  workflows: Pick<VapiResource<VapiDocument>, "list">;
}
