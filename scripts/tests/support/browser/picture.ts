import { join } from "node:path";
import { repository } from "../../../local/migrations.ts";
import type { Page } from "./page.ts";

/** Takes the picture that the README or docs show; written only with `WRITE_PICTURES=1`, since no two machines draw the same. */
export async function picture(page: Page, name: string): Promise<void> {
  await page.useScheme("light");
  await page.resize(1280, 760);
  if (Deno.env.get("WRITE_PICTURES") !== "1") return;
  const image = await page.screenshot();
  await Deno.mkdir(join(repository, "docs/images"), { recursive: true });
  await Deno.writeFile(join(repository, `docs/images/${name}.png`), image);
}
