/** Small choices that this browser stores. A browser that stores nothing is not an error. */

const prefix = "vapi-tools-console:";

export function remembered(name: string): string | null {
  try {
    return localStorage.getItem(prefix + name);
  } catch {
    return null;
  }
}

/** `null` forgets it. */
export function remember(name: string, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(prefix + name);
    else localStorage.setItem(prefix + name, value);
  } catch {
    // In a private window it lasts as long as the page.
  }
}
