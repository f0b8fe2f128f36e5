/** The SQL functions that people may call, read from the dump of the schema. */

export interface SqlFunction {
  readonly name: string;
  readonly description: string;
  readonly args: readonly Column[];
  /** The columns of its rows, or the type of its value. */
  readonly returns: readonly Column[] | string;
}

export interface Column {
  readonly name: string;
  /** As Postgres prints it: `timestamp with time zone`. */
  readonly type: string;
  readonly isOptional: boolean;
}

/** The functions of schema public that signed-in users may execute, by name. Throws for a dump that it cannot read. */
export function peoplesFunctions(schemaSql: string): SqlFunction[] {
  const granted = new Set(
    [...schemaSql.matchAll(
      /^grant execute on function public\.(\w+)\(.*\) to .*\bauthenticated\b/gm,
    )]
      .map(([, name]) => name),
  );
  const comments = new Map(
    [...schemaSql.matchAll(/^comment on function public\.(\w+)\(.*?\) is '((?:[^']|'')*)';$/gm)]
      .map(([, name, text = ""]) => [name, text.replaceAll("''", "'")]),
  );
  const created = schemaSql.matchAll(
    /^CREATE OR REPLACE FUNCTION public\.(\w+)\((.*)\)\n RETURNS (?:TABLE\((.*)\)|(.*))\n/gm,
  );
  return [...created].flatMap(([, name = "", args = "", columns, type = ""]) => {
    if (!granted.has(name)) return [];
    const comment = comments.get(name);
    if (comment === undefined) throw new Error(`public.${name} has no comment`);
    return [{
      name,
      // Callers need not know whose rights it runs with.
      description: comment.replace(/ ?Definer: .*$/s, ""),
      args: readColumns(args),
      returns: columns === undefined ? type : readColumns(columns),
    }];
  }).toSorted((a, b) => a.name < b.name ? -1 : 1);
}

function readColumns(list: string): Column[] {
  return splitAtCommas(list).map((entry) => {
    const match = /^(\w+) (.*?)( DEFAULT .*)?$/s.exec(entry);
    if (match === null) throw new Error(`Cannot read "${entry}" as an argument`);
    const [, name = "", type = "", byDefault] = match;
    return { name, type, isOptional: byDefault !== undefined };
  });
}

/** At the commas between entries: not within a default's quotes or parentheses. */
function splitAtCommas(list: string): string[] {
  const entries: string[] = [];
  let entry = "";
  let depth = 0;
  let isQuoted = false;
  for (const character of list) {
    if (character === "'") isQuoted = !isQuoted;
    else if (!isQuoted && character === "(") depth++;
    else if (!isQuoted && character === ")") depth--;
    if (character === "," && depth === 0 && !isQuoted) {
      entries.push(entry.trim());
      entry = "";
    } else entry += character;
  }
  return entry.trim() === "" ? entries : [...entries, entry.trim()];
}
