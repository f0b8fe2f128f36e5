/**
 * Run by database_types.ts, with a lock file of its own. Writes its queries to the database to standard output and reads the rows from
 * standard input, a line of JSON each; ends with the generated types.
 */

import process from "node:process";
import { createInterface } from "node:readline";
import type { TypegenMessage } from "./database_types.ts";

interface Engine {
  introspect(
    database: { query(text: string): Promise<{ rows: unknown[] }> },
    options: { includedSchemas: string[] },
  ): Promise<unknown>;
  sortGeneratorMetadata(metadata: unknown): unknown;
  generateTypescript(metadata: unknown, options: { postgrestVersion: string }): Promise<string>;
}

const [name = ""] = Deno.args;
// Imported by a name known only at run time, so that `deno task` does not fetch it for people who need no types.
const { introspect }: Pick<Engine, "introspect"> = await import(`${name}/introspection`);
const { sortGeneratorMetadata, generateTypescript }: Omit<Engine, "introspect"> = await import(
  `${name}/generation`
);

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();

function say(message: TypegenMessage): void {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}

const metadata = await introspect({
  query: async (query) => {
    say({ query });
    const { value } = await lines.next();
    return { rows: JSON.parse(value ?? "") };
  },
}, { includedSchemas: ["public"] });
say({
  types: await generateTypescript(sortGeneratorMetadata(metadata), { postgrestVersion: "12" }),
});
process.exit(0);
