/**
 * What the product needs of Vapi, and no more. Every method throws ServiceError.
 *
 * Of Vapi's answers every key that isn't named here is kept: an assistant's `model` is replaced whole by a PATCH, so whatever we don't
 * know must be sent back untouched. And little is required: one odd assistant must not make the list of all of them unreadable.
 */
import { z } from "zod";
import type { JsonObject, JsonValue } from "../json.ts";

/** Accepts anything: what is parsed here came out of a JSON parser. */
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

export const vapiModelSchema = z.object({
  provider: z.string().exactOptional(),
  model: z.string().exactOptional(),
  toolIds: z.array(z.string()).nullable().exactOptional(),
  /** Pins versions, and wins over `toolIds`. */
  toolRefs: z.array(z.object({ toolId: z.string() }).catchall(jsonSchema)).nullable()
    .exactOptional(),
}).catchall(jsonSchema);

/** `model` of an assistant: provider, prompt, temperature and tools in one object. */
export type VapiModel = z.infer<typeof vapiModelSchema>;

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

/** A phone number; or a squad or a workflow, which is read for what it refers to and never written. */
export type VapiDocument = z.infer<typeof vapiDocumentSchema>;

export interface VapiCallOptions {
  signal?: AbortSignal;
}

/** What tools and assistants have in common. */
export interface VapiResource<T> {
  /** All of them, over every page. */
  list(options?: VapiCallOptions): Promise<T[]>;
  /** As `list`, page by page; no item comes twice. */
  pages(options?: VapiCallOptions): AsyncIterable<T[]>;
  /** Null if Vapi says that there is none with this id. */
  get(id: string, options?: VapiCallOptions): Promise<T | null>;
  /**
   * Never repeated when the outcome of an attempt is unknown: throws with `outcomeUnknown`, and the caller looks
   * it up first.
   */
  create(body: JsonObject, options?: VapiCallOptions): Promise<T>;
  /**
   * Vapi's PATCH is shallow: keys left out stay, each key sent is replaced whole. Throws `not_found` if there is
   * none with this id.
   */
  update(id: string, patch: JsonObject, options?: VapiCallOptions): Promise<T>;
  /** Resolves also if there is none with this id. */
  remove(id: string, options?: VapiCallOptions): Promise<void>;
}

export interface VapiTools extends VapiResource<VapiTool> {
  /**
   * Resolves also if there is none with this id. Vapi doesn't take the id off assistants, and a dangling id
   * breaks calls: unlink first. Throws `tool_pinned` if an assistant pins a version.
   */
  remove(id: string, options?: VapiCallOptions): Promise<void>;
}

export type VapiAssistants = VapiResource<VapiAssistant>;

export interface Vapi {
  tools: VapiTools;
  assistants: VapiAssistants;
  /** Ours are some of them; what of one may be written says the plan. */
  phoneNumbers: Pick<VapiResource<VapiDocument>, "list" | "get" | "update">;
  /** Others' documents: only read. */
  squads: Pick<VapiResource<VapiDocument>, "list">;
  workflows: Pick<VapiResource<VapiDocument>, "list">;
}
