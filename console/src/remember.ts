/** Small choices that this browser keeps. A browser that keeps nothing is no error. */

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
    // A private window: it lasts as long as the page.
  }
}
