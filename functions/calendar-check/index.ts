import { serveTool } from "../../shared/tools/serve.ts";
import { tool } from "../../shared/tools/calendar-check.ts";
import { run } from "./handler.ts";

export default serveTool(tool, run);
