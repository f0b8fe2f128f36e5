/** What axe-core finds wrong with a page for people who hear it or see it badly. */

import { join } from "node:path";
import { z } from "zod";
import { npmPackage } from "../../../local/npm_package.ts";
import type { Page } from "./page.ts";

const axeVersion = "4.14.1";

const violationsSchema = z.array(z.object({
  id: z.string(),
  help: z.string(),
  nodes: z.array(z.object({ html: z.string(), failureSummary: z.string().optional() })),
}));

/** Violations as sentences; there should be none. */
export async function axeViolations(page: Page): Promise<string[]> {
  const folder = await npmPackage({
    name: "axe-core",
    version: axeVersion,
    what: "axe-core (1 MB)",
  });
  const source = await Deno.readTextFile(join(folder, "axe.min.js"));
  // Evaluated outside the page's policy, which allows nothing foreign.
  if (await page.evaluate("typeof axe") === "undefined") {
    await page.evaluate(`${source}; undefined`);
  }
  const found = await page.evaluate(
    "axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => JSON.parse(JSON.stringify(violations)))",
  );
  return violationsSchema.parse(found).flatMap(({ id, help, nodes }) =>
    nodes.map(({ html, failureSummary }) =>
      `${id}: ${help}: ${html.slice(0, 200)}: ${failureSummary}`
    )
  );
}
