/** Builds the console for a static host. */

import { join } from "node:path";
import { misused, parseOptions, print, printJson, runMain } from "./cli.ts";
import { buildConsole, consoleSource } from "./console/build.ts";
import { sizes } from "./console/sizes.ts";

const help = `
Builds the console as static files for any host: docs/console.md says which and how.

Usage: deno task console build [options]

  --out=<folder>  where to; default console/dist
  --url=<url>     the project's URL, such as https://<ref>.supabase.co
  --key=<key>     its publishable key
  --json          print one JSON object: {out, files: [{name, bytes, gzip}]}
  --help          show this text

With --url and --key the page belongs to that project and may only connect to it. Without, it asks for both
when it is first opened, and its folder may contain a config.json: {"url": "…", "publishableKey": "…"}.

Exit code: 0 it is built, 1 it could not be built, 2 a wrong option.
`;

async function main(args: string[]): Promise<number> {
  const [command, ...rest] = args;
  const isBuild = command === "build";
  const options = parseOptions(help, {
    out: { type: "string" },
    url: { type: "string" },
    key: { type: "string" },
    json: { type: "boolean" },
  }, isBuild ? rest : args);
  if (!isBuild) misused(help, "There is one command: build");
  const { url, key: publishableKey } = options;
  if ((url === undefined) !== (publishableKey === undefined)) {
    misused(help, "--url and --key belong together");
  }
  if (url !== undefined && !URL.canParse(url)) misused(help, `--url=${url} is no URL`);
  if (publishableKey?.startsWith("sb_secret_")) {
    misused(
      help,
      "--key is a secret key: a page that everybody can read takes the publishable one",
    );
  }
  const out = options.out ?? join(consoleSource, "dist");
  await buildConsole(
    out,
    url === undefined || publishableKey === undefined ? undefined : { url, publishableKey },
  );
  const files = await sizes(out);
  if (options.json) printJson({ out, files });
  else {
    for (const { name, bytes, gzip } of files) {
      print(`${name.padEnd(14)}${String(bytes).padStart(9)} bytes${String(gzip).padStart(9)} gzip`);
    }
    print(`Built into ${out}`);
  }
  return 0;
}

if (import.meta.main) await runMain(() => main(Deno.args));
