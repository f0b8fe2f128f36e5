import { serveTool } from "../../shared/tools/serve.ts";
import { tool } from "../../shared/tools/appointment-reschedule.ts";
import { run } from "./handler.ts";

export default serveTool(tool, run);
