/** `deno task forecast`: how long a rollout takes at some size, and which limit is met first. */
import { parseOptions, positiveNumber, print, printJson, wholeNumber } from "./cli.ts";
import { INSTALLATION, rollout } from "./scale/model.ts";

const help = `
Computes how a rollout to every agent fares at some size: a model, not a measurement.

Usage: deno task forecast [options]

  --agents=<n>        default: 1,000 to 300,000 in steps
  --latency=<ms>      round trip to Vapi; default ${INSTALLATION.vapiLatencyMs}
  --concurrency=<n>   requests to Vapi at one time; default ${INSTALLATION.concurrency}
  --rate=<n>          requests per second that Vapi takes; default unlimited
  --json              print a JSON list
  --help              show this text

Exit code 0, or 2 if the options make no sense.
`;

const SIZES = [1_000, 10_000, 100_000, 300_000];

const options = parseOptions(help, {
  agents: { type: "string" },
  latency: { type: "string" },
  concurrency: { type: "string" },
  rate: { type: "string" },
  json: { type: "boolean" },
});

const { agents, latency, concurrency, rate } = options;
const sizes = agents === undefined ? SIZES : [wholeNumber(help, "agents", agents, { from: 1 })];
const installation = {
  ...INSTALLATION,
  ...(latency !== undefined && { vapiLatencyMs: positiveNumber(help, "latency", latency) }),
  ...(concurrency !== undefined && {
    concurrency: wholeNumber(help, "concurrency", concurrency, { from: 1 }),
  }),
  ...(rate !== undefined && { vapiRequestsPerSecond: positiveNumber(help, "rate", rate) }),
};
const outlooks = sizes.map((agents) => ({ agents, ...rollout({ ...installation, agents }) }));

if (options.json) {
  printJson(outlooks);
} else {
  for (const { agents, seconds, workers, shares, bottleneck, firstWall } of outlooks) {
    const minutes = (seconds / 60).toFixed(1);
    const used = Object.entries(shares).map(([wall, share]) =>
      `${wall} ${Math.round(share * 100)} %`
    );
    print(`${agents} agents: ${minutes} min, ${workers} workers in turn, bound by ${bottleneck}`);
    print(`    used of each limit: ${used.join(", ")}; the first wall is ${firstWall}`);
  }
}
