/**
 * Creates something once for all files of a process that ask for it with the same options: `deno task test` loads such files together
 * (scripts/test/group_files.ts). Options that contain functions cannot be compared, and are refused.
 */
export function sharedByOptions<Options, Made>(
  make: (options: Options) => Made,
): (options: Options) => Made {
  const made = new Map<string, Made>();
  return (options) => {
    const key = JSON.stringify(options, refuseFunctions);
    const known = made.get(key);
    if (known !== undefined) return known;
    const fresh = make(options);
    made.set(key, fresh);
    return fresh;
  };
}

function refuseFunctions(name: string, value: unknown): unknown {
  if (typeof value !== "function") return value;
  throw new TypeError(`Cannot share by options with a function in them: ${name}`);
}
