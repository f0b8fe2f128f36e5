/** What a function's `index.ts` exports by default. */
export interface FetchHandler {
  fetch(request: Request): Response | Promise<Response>;
}

/** Loads a function. Throws where it exports no such thing. */
export async function loadHandler(entry: string): Promise<FetchHandler> {
  const module: { default?: unknown } = await import(entry);
  if (!isFetchHandler(module.default)) {
    throw new TypeError(`Cannot run ${entry}: it has no default export with fetch()`);
  }
  return module.default;
}

function isFetchHandler(value: unknown): value is FetchHandler {
  return typeof value === "object" && value !== null && "fetch" in value &&
    typeof value.fetch === "function";
}
