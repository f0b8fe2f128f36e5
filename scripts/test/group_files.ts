/**
 * Which test files are loaded into one process together. Loading what a test needs takes longer than most tests do, and starting a stack
 * even longer: files that use the same stack share it, others share their imports, and slow files run alone.
 */

export interface TestFile {
  /** From the repository's root. */
  readonly path: string;
  readonly text: string;
}

export interface Group {
  readonly name: string;
  readonly paths: readonly string[];
}

/** How a file asks for a stack that others may use too: tests/support/clinic.ts, outbox_world.ts, shared_world.ts. */
const ASKS = /^const \S+ = (clinics|outboxWorld|sharedWorld)\((.*)\);$/m;

/** Whatever a file does before all of its tests affects only its own stack. */
const HOOKS = /^Deno\.test\.before/m;

/** Folders of scripts/tests whose files need at most a database. */
const WITHOUT_STACK = /^scripts\/tests\/(database|support)\//;

/** The size of one process, in characters: with larger ones, some processors would have nothing left to do at the end. */
const MOST = 260_000;

const pathOf = (name: string) => `scripts/tests/${name}_test.ts`;

/** Files that take longer than any group, the longest first: if one of them were begun last, all processors would wait for it. */
const LONGEST = ["deploy_task", "console"].map(pathOf);

/** Other files that take long enough to run alone, the longest first. */
const SLOW = ["bad_input", "crash_points", "chaos", "alerts", "adding_a_tool", "data_api"]
  .map(pathOf);

/** Slow ones come first. */
export function groupFiles(files: readonly TestFile[]): Group[] {
  const alike = new Map<string, TestFile[]>();
  for (const file of files) {
    const name = groupOf(file);
    alike.set(name, [...alike.get(name) ?? [], file]);
  }
  return [...alike].flatMap(([name, members]) => split(name, members))
    .sort((a, b) => rank(b) - rank(a));
}

/** How early it is begun: first the longest files, then groups of many files, then the slow files, then the rest. */
function rank({ paths }: Group): number {
  if (paths.length > 1) return SLOW.length + paths.length;
  const [path = ""] = paths;
  if (LONGEST.includes(path)) return 1_000 - LONGEST.indexOf(path);
  return SLOW.includes(path) ? SLOW.length - SLOW.indexOf(path) : 0;
}

function groupOf({ path, text }: TestFile): string {
  const [, helper, options = ""] = ASKS.exec(text) ?? [];
  if (helper !== undefined) return HOOKS.test(text) ? path : `${helper} ${options}`.trim();
  if (WITHOUT_STACK.test(path)) return "database";
  if (!path.startsWith("scripts/tests/")) return path.split("/", 1)[0] ?? "";
  return HOOKS.test(text) || [...LONGEST, ...SLOW].includes(path)
    ? path
    : "one stack after the other";
}

/** In parts of about the same size, none larger than `MOST` unless it is a single file. */
function split(name: string, files: readonly TestFile[]): Group[] {
  const size = (list: readonly TestFile[]) => list.reduce((sum, { text }) => sum + text.length, 0);
  const parts = Array.from({ length: Math.ceil(size(files) / MOST) || 1 }, (): TestFile[] => []);
  for (const file of files.toSorted((a, b) => b.text.length - a.text.length)) {
    parts.toSorted((a, b) => size(a) - size(b))[0]?.push(file);
  }
  return parts.map((part, index) => ({
    name: parts.length === 1 ? name : `${name} ${index + 1}`,
    paths: part.map(({ path }) => path).toSorted(),
  }));
}
