/** What the product needs of Vapi, and no more. Every method throws ServiceError. */
import type { JsonObject } from "../json.ts";
import type { VapiAssistant, VapiDocument, VapiTool } from "./schemas.ts";

export type { VapiAssistant, VapiDocument, VapiModel, VapiTool } from "./schemas.ts";

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
  /** Others' documents: only read. */
  squads: Pick<VapiResource<VapiDocument>, "list">;
  workflows: Pick<VapiResource<VapiDocument>, "list">;
}
