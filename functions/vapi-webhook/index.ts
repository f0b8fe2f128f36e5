import { readEnv } from "../../shared/env/env.ts";
import { createServeDependencies } from "../../shared/tools/serve.ts";
import { vapiWebhook } from "./handler.ts";
import { tools } from "./tools.ts";
import { warmer } from "./warm.ts";

const { supabaseUrl } = readEnv({ need: ["supabase"] });
const slugs = tools.map(({ tool }) => tool.slug);
export default vapiWebhook({
  ...createServeDependencies("vapi-webhook"),
  tools,
  warm: warmer({ functionsUrl: `${supabaseUrl}/functions/v1`, slugs }),
});
