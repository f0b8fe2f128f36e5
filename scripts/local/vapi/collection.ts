import type { ListQuery } from "./list_query.ts";
import type { Stored } from "./records.ts";

/** Resources of one kind by id. All but `list` is independent of how many there are. */
export class Collection<T extends Stored> {
  readonly #records = new Map<string, T>();
  #newestCreatedAt = "";
  #inOrder = true;

  get all(): ReadonlyMap<string, T> {
    return this.#records;
  }

  get(id: string): T | undefined {
    return this.#records.get(id);
  }

  set(record: T): void {
    if (!this.#records.has(record.id)) {
      if (record.createdAt < this.#newestCreatedAt) this.#inOrder = false;
      else this.#newestCreatedAt = record.createdAt;
    }
    this.#records.set(record.id, record);
  }

  delete(id: string): void {
    this.#records.delete(id);
  }

  /** Newest first; of two created in one millisecond the later one comes first. */
  list({ limit, matches }: ListQuery): T[] {
    if (!this.#inOrder) this.#sort();
    const records = [...this.#records.values()];
    const page: T[] = [];
    for (let i = records.length - 1; i >= 0 && page.length < limit; i--) {
      const record = records[i];
      if (record !== undefined && matches(record)) page.push(record);
    }
    return page;
  }

  #sort(): void {
    const records = [...this.#records.values()];
    records.sort((a, b) => a.createdAt < b.createdAt ? -1 : a.createdAt > b.createdAt ? 1 : 0);
    this.#records.clear();
    for (const record of records) this.#records.set(record.id, record);
    this.#inOrder = true;
  }
}
