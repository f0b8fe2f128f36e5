/** `deno task call`: one call to a running `dev` stack, made by hand in a terminal. */
import { parseOptions, print, printJson, progress, runMain } from "./cli.ts";
import { Conversation, type Happening } from "./call/conversation.ts";
import { replay } from "./call/replay.ts";
import { NoStack, StackPhone } from "./call/stack_phone.ts";
import { readTyped } from "./call/typed.ts";
import { textLines } from "./local/lines.ts";

const help = `
Plays one call to the stack that \`deno task dev\` runs. What you type is what the caller says; a stand-in for the model
passes it on to the tools and says what they answer. Or you choose the tools yourself:

  /checkAvailability date="next Tuesday"     a tool by name or number, its arguments as name="value" or as JSON
  time: 3 pm                                 names the topic: day, time, name, phone, service, provider, …
  2                                          takes the second of the offered times
  /tools                                     lists the tools with their arguments
  /end                                       hangs up, as does the end of the input (Ctrl-D)

Usage: deno task call [options]

  --from=<number>      number of the caller; default +12025550142, "withheld" for none
  --assistant=<id>     assistant that answers; default the agent that was saved last
  --replay=<call id>   repeat the tool calls of a call that was played on this stack, by hand or by the console's Ring, in a copy
                       of its clinic as it was before; codes from text messages are new ones, which it cannot know
  --requests           show each request as Vapi sends it
  --url=<url>          API URL of the stack; default SUPABASE_URL
  --key=<key>          its publishable key; default PUBLISHABLE_KEY. Both are in the export line that dev prints
  --json               print each thing that happens as a JSON object on a line
  --help               show this text

Exit code: 0 the call was held, or repeated with the same outcomes; 1 a tool gave no usable answer, or an outcome differs;
2 the options make no sense, or no stack answers.
`;

async function main(): Promise<number> {
  const options = parseOptions(help, {
    from: { type: "string", default: "+12025550142" },
    assistant: { type: "string" },
    replay: { type: "string" },
    requests: { type: "boolean" },
    url: { type: "string" },
    key: { type: "string" },
    json: { type: "boolean" },
  });
  const url = options.url ?? Deno.env.get("SUPABASE_URL");
  const key = options.key ?? Deno.env.get("PUBLISHABLE_KEY");
  if (!url || !key) {
    progress(
      `Which stack? Start one with deno task dev, and paste the export line that it prints into this shell,
or name it with --url and --key (apiUrl and publishableKey of deno task dev --json)`,
    );
    return 2;
  }
  const phone = new StackPhone(url.replace(/\/+$/, ""), key);
  const tell = options.json
    ? printJson
    : (happening: Happening) => print(described(happening, options.requests ?? false));
  try {
    if (options.replay !== undefined) {
      const { repeated, differences } = await replay(phone, options.replay, tell);
      if (options.json) printJson({ kind: "replayed", repeated, differences });
      else print([`${repeated} tool calls repeated`, ...differences].join("\n"));
      return differences.length === 0 ? 0 : 1;
    }
    const number = options.from === "withheld" ? null : options.from;
    return await hold(new Conversation(phone, await phone.open(number, options.assistant), tell));
  } catch (error) {
    if (!(error instanceof NoStack)) throw error;
    progress(`${error.message}. Start one with deno task dev, which prints what reaches it`);
    return 2;
  }
}

/** Line by line, until the end of the input or of the call. */
async function hold(conversation: Conversation): Promise<number> {
  const tools = conversation.call.tools.map(({ name }) => name);
  for await (const line of textLines(Deno.stdin.readable)) {
    if (!await conversation.take(readTyped(line, tools))) break;
  }
  await conversation.hangUp();
  return conversation.hasBroken ? 1 : 0;
}

function described(happening: Happening, showsRequests: boolean): string {
  switch (happening.kind) {
    case "started": {
      const { agent, callId, from, tools } = happening;
      return [
        `Call ${callId} with ${agent}, from ${
          from ?? "a withheld number"
        }. /tools, /end; or just talk.`,
        tools.map((tool, i) => `${i + 1} ${tool}`).join("  "),
        "",
      ].join("\n");
    }
    case "tool": {
      const { tool, arguments: args, request, status, ms, answer } = happening.use;
      return [
        `  → ${tool} ${JSON.stringify(args)}`,
        ...(showsRequests ? [`    POST ${request.url} ${JSON.stringify(request.body)}`] : []),
        `  ← ${status ?? "no answer"} after ${ms} ms ${JSON.stringify(answer)}`,
      ].join("\n");
    }
    case "text":
      return `  ✉ to ${happening.to}: ${happening.body}`;
    case "ended":
      return `Hung up. deno task call --replay=${happening.callId} repeats it.`;
    case "note":
      return happening.text;
    default:
      return `${happening.kind.padEnd(10)} ${happening.text}`;
  }
}

if (import.meta.main) await runMain(main);
