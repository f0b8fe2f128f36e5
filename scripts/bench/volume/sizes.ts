/** How large a platform is: what grows, by how many rows. */

export interface Sizes {
  readonly organizations: number;
  readonly agents: number;
  readonly appointments: number;
  readonly contacts: number;
  readonly calls: number;
  readonly toolCalls: number;
  readonly texts: number;
  readonly jobs: number;
}

export const FULL: Sizes = {
  organizations: 500,
  agents: 5_000,
  appointments: 300_000,
  contacts: 150_000,
  calls: 150_000,
  toolCalls: 400_000,
  texts: 150_000,
  jobs: 300_000,
};

/** The same platform at a share of its size. */
export function scaled(sizes: Sizes, share: number): Sizes {
  const part = (count: number) => Math.max(Math.round(count * share), 5);
  return {
    organizations: part(sizes.organizations),
    agents: part(sizes.agents),
    appointments: part(sizes.appointments),
    contacts: part(sizes.contacts),
    calls: part(sizes.calls),
    toolCalls: part(sizes.toolCalls),
    texts: part(sizes.texts),
    jobs: part(sizes.jobs),
  };
}
