import type { AssistantRecord, ToolRecord } from "./records.ts";

interface ChangeOf<Kind extends string, T> {
  /** 1 for the first change; no gaps. */
  seq: number;
  /** Milliseconds since 1970. */
  at: number;
  kind: Kind;
  id: string;
  /** null where the change created the resource. */
  before: T | null;
  /** null where the change deleted it. */
  after: T | null;
}

export type Change = ChangeOf<"tool", ToolRecord> | ChangeOf<"assistant", AssistantRecord>;

/** State of the account at one moment. */
export interface Snapshot {
  tools: ReadonlyMap<string, ToolRecord>;
  assistants: ReadonlyMap<string, AssistantRecord>;
}

/**
 * Every change of tools and assistants, in order. Records are never changed in place, so an entry
 * costs two references.
 */
export class Journal {
  readonly #baseTools = new Map<string, ToolRecord>();
  readonly #baseAssistants = new Map<string, AssistantRecord>();
  #changes: Change[] = [];
  #seq = 0;

  get changes(): readonly Change[] {
    return this.#changes;
  }

  /** Number of the newest change. */
  get seq(): number {
    return this.#seq;
  }

  record(change: DistributiveOmit<Change, "seq">): void {
    this.#seq += 1;
    this.#changes.push({ seq: this.#seq, ...change });
  }

  /**
   * Calls `check` after every change with the state at that moment, so that a test can assert what must always hold. The snapshot's maps
   * are reused from one call to the next: copy what has to be kept.
   */
  replay(check: (snapshot: Snapshot, change: Change) => void): void {
    const tools = new Map(this.#baseTools);
    const assistants = new Map(this.#baseAssistants);
    for (const change of this.#changes) {
      apply(change, tools, assistants);
      check({ tools, assistants }, change);
    }
  }

  /** Drops the changes so far: the state that they led to becomes the start of `replay`. */
  clear(): void {
    for (const change of this.#changes) apply(change, this.#baseTools, this.#baseAssistants);
    this.#changes = [];
  }

  /** Drops the initial state too: `replay` starts with an empty account. */
  reset(): void {
    this.#baseTools.clear();
    this.#baseAssistants.clear();
    this.#changes = [];
  }
}

function apply(
  change: Change,
  tools: Map<string, ToolRecord>,
  assistants: Map<string, AssistantRecord>,
): void {
  if (change.kind === "tool") put(tools, change.id, change.after);
  else put(assistants, change.id, change.after);
}

function put<T>(map: Map<string, T>, id: string, value: T | null): void {
  if (value === null) map.delete(id);
  else map.set(id, value);
}

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;
