/**
 * What people did and what they were told: the other half of every invariant. The database and Vapi show what is; this shows what has to
 * be.
 */
export class Ledger {
  /** Numbers of the journal's changes that somebody made by hand in Vapi's dashboard. */
  readonly handMade = new Set<number>();
  /** Assistants that do not name their agent, because somebody made them by hand: id → ids of the agent and its organization. */
  readonly handMadeAssistants = new Map<string, readonly string[]>();
  /** Ids of appointments that a caller was told are booked, and has not since been told otherwise. */
  readonly booked = new Set<string>();
  /** Appointments whose callers have asked for a change and may not have learned of it. */
  readonly mayBeBooked = new Set<string>();
  readonly #unwanted = new Set<string>();

  /**
   * From a certain time on, the agent, or all of an organization, or everybody, was to be without the tool for a while: a gap is not a
   * violation.
   */
  doWithout(whom: string, tool: string): void {
    this.#unwanted.add(`${whom} ${tool}`);
  }

  hasDoneWithout(whom: readonly string[], tool: string): boolean {
    return whom.some((each) => this.#unwanted.has(`${each} ${tool}`));
  }
}

/** Stands for every agent in `doWithout`. */
export const EVERYBODY = "everybody";
