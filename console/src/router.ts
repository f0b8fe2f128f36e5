/** The current page, from the hash of the address: every page has its own, whatever host serves the files. */
import { computed, signal } from "@preact/signals";

export interface Place {
  /** `#/<org>/agents/<id>` is `[org, "agents", id]`. */
  readonly path: readonly string[];
  readonly query: URLSearchParams;
}

function readPlace(hash: string): Place {
  const [path = "", query = ""] = hash.replace(/^#\/?/, "").split("?");
  return {
    path: path.split("/").filter((part) => part !== "").map(decode),
    query: new URLSearchParams(query),
  };
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** `href("a b", "today", { day: "2026-11-29" })` → `#/a%20b/today?day=2026-11-29` */
export function href(...parts: readonly (string | Readonly<Record<string, string>>)[]): string {
  const path = parts.filter((part) => typeof part === "string").map(encodeURIComponent);
  const query = new URLSearchParams(
    Object.assign({}, ...parts.filter((part) => typeof part !== "string")),
  );
  return `#/${path.join("/")}${query.size > 0 ? `?${query}` : ""}`;
}

const hash = signal(location.hash);
addEventListener("hashchange", () => hash.value = location.hash);

export const place = computed(() => readPlace(hash.value));

export function go(to: string): void {
  location.hash = to;
}

/** Goes there without a history entry for the current page. */
export function replace(to: string): void {
  history.replaceState(null, "", to);
  hash.value = location.hash;
}
