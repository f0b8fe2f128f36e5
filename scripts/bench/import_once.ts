/** Run in a separate process: loads the given module and prints how long that took, in milliseconds. */
const [entry = ""] = Deno.args;
const start = performance.now();
await import(entry);
const elapsed = performance.now() - start;
await Deno.stdout.write(new TextEncoder().encode(`${elapsed}\n`));
Deno.exit(0);
