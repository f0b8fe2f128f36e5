import { signal } from "@preact/signals";
import { remember, remembered } from "./remember.ts";

export const themes = ["auto", "light", "dark"] as const;
export type Theme = typeof themes[number];

export const theme = signal<Theme>(themes.find((name) => name === remembered("theme")) ?? "auto");

/** `auto` leaves it to the device. */
export function applyTheme(next: Theme = theme.value): void {
  theme.value = next;
  remember("theme", next === "auto" ? null : next);
  if (next === "auto") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = next;
}
