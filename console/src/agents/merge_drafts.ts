import { type Draft, type DraftField, fields, same } from "./draft.ts";

export interface Merge {
  /** Mine, with what only they changed. If both changed a field: mine, until theirs is chosen. */
  readonly merged: Draft;
  /** What both changed, differently. */
  readonly conflicts: readonly DraftField[];
}

/** A voice is its provider and its id: half of one and half of another does not work. */
const together: readonly (readonly DraftField[])[] = [
  ["voiceProvider", "voiceId"],
  ["modelProvider", "model"],
];

/** Two edits of one version, merged field by field. */
export function mergeDrafts(base: Draft, mine: Draft, theirs: Draft): Merge {
  const groups = [
    ...together,
    ...fields.filter((field) => !together.flat().includes(field)).map((field) => [field]),
  ];
  const conflicts: DraftField[] = [];
  let merged = mine;
  for (const group of groups) {
    const differs = (a: Draft, b: Draft) => group.some((field) => !same(a[field], b[field]));
    if (!differs(base, mine)) merged = take(merged, theirs, group);
    else if (differs(base, theirs) && differs(mine, theirs)) {
      conflicts.push(...group.filter((field) => !same(mine[field], theirs[field])));
    }
  }
  return { merged, conflicts: fields.filter((field) => conflicts.includes(field)) };
}

/** A draft with some fields of another. One field of a voice or a model brings all of it. */
export function take(draft: Draft, from: Draft, wanted: readonly DraftField[]): Draft {
  const all = new Set(
    wanted.flatMap((field) => together.find((group) => group.includes(field)) ?? [field]),
  );
  return { ...draft, ...Object.fromEntries([...all].map((field) => [field, from[field]])) };
}
