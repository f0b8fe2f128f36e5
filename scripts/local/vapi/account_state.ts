import { Collection } from "./collection.ts";
import { Journal } from "./journal.ts";
import type { AssistantRecord, Stored, ToolRecord } from "./records.ts";

/** Tools and assistants of the one account, every change of which goes to the journal. */
export class AccountState {
  readonly orgId: string = crypto.randomUUID();
  readonly tools: Collection<ToolRecord> = new Collection();
  readonly assistants: Collection<AssistantRecord> = new Collection();
  readonly journal: Journal = new Journal();
  readonly #now: () => number;
  /** Tool id → version → the tool as it was. */
  readonly #versions = new Map<string, Map<string, ToolRecord>>();
  /** Tool id → number of `toolRefs` that pin it. */
  readonly #pins = new Map<string, number>();

  constructor(now: () => number) {
    this.#now = now;
  }

  timestamp(): string {
    return new Date(this.#now()).toISOString();
  }

  newStored(): Stored {
    const at = this.timestamp();
    const id = crypto.randomUUID();
    return { id, orgId: this.orgId, createdAt: at, updatedAt: at, latestVersion: "v1" };
  }

  putTool(after: ToolRecord): void {
    const { id } = after;
    const before = this.tools.get(id) ?? null;
    this.tools.set(after);
    const versions = this.#versions.get(id) ?? new Map<string, ToolRecord>();
    this.#versions.set(id, versions.set(after.latestVersion, after));
    this.journal.record({ at: this.#now(), kind: "tool", id, before, after });
  }

  removeTool(before: ToolRecord): void {
    const { id } = before;
    this.tools.delete(id);
    this.#versions.delete(id);
    this.journal.record({ at: this.#now(), kind: "tool", id, before, after: null });
  }

  putAssistant(after: AssistantRecord): void {
    const { id } = after;
    const before = this.assistants.get(id) ?? null;
    this.assistants.set(after);
    this.#countPins(before, -1);
    this.#countPins(after, 1);
    this.journal.record({ at: this.#now(), kind: "assistant", id, before, after });
  }

  removeAssistant(before: AssistantRecord): void {
    const { id } = before;
    this.assistants.delete(id);
    this.#countPins(before, -1);
    this.journal.record({ at: this.#now(), kind: "assistant", id, before, after: null });
  }

  isPinned(toolId: string): boolean {
    return (this.#pins.get(toolId) ?? 0) > 0;
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
