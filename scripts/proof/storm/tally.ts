/** Counts by name. */
export class Tally {
  readonly #counts = new Map<string, number>();

  add(name: string): void {
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1);
  }

  get total(): number {
    return [...this.#counts.values()].reduce((sum, count) => sum + count, 0);
  }

  /** By name. */
  entries(): [name: string, count: number][] {
    return [...this.#counts].sort(([a], [b]) => a < b ? -1 : 1);
  }
}
