/**
 * Starts the double of Vapi alone, until interrupted, for work with curl or another program:
 * `deno run -A scripts/local/vapi/main.ts [--port N] [--key KEY] [--latency MS] [--json]`.
 * With `--json` it prints `{"url","key"}` on one line.
 */
import { parseArgs } from "node:util";
import { startVapiDouble } from "./mod.ts";

if (import.meta.main) {
  const { values } = parseArgs({
    args: Deno.args,
    options: {
      port: { type: "string", default: "0" },
      key: { type: "string" },
      latency: { type: "string", default: "0" },
      json: { type: "boolean", default: false },
    },
  });
  const { url, key, close } = await startVapiDouble({
    port: Number(values.port),
    latencyMs: Number(values.latency),
    ...(values.key === undefined ? {} : { key: values.key }),
  });
  const line = values.json
    ? JSON.stringify({ url, key })
    : `Double of Vapi at ${url}\nVAPI_BASE_URL=${url}\nVAPI_PRIVATE_KEY=${key}`;
  await Deno.stdout.write(new TextEncoder().encode(`${line}\n`));
  const stop = async () => {
    await close();
    Deno.exit(0);
  };
  Deno.addSignalListener("SIGINT", stop);
  Deno.addSignalListener("SIGTERM", stop);
}
