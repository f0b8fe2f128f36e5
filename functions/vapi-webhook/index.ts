import { readEnv } from "../../shared/env/env.ts";
import { endpoints } from "./handlers.ts";
import { createServeDependencies } from "../../shared/tools/serve.ts";
import { vapiWebhook } from "./handler.ts";
import { warmer } from "./warm.ts";

const { supabaseUrl } = readEnv({ need: ["supabase"] });
const slugs = endpoints.map(({ tool }) => tool.slug);
export default vapiWebhook({
  ...createServeDependencies("vapi-webhook"),
  endpoints,
  warm: warmer({ functionsUrl: `${supabaseUrl}/functions/v1`, slugs }),
});
