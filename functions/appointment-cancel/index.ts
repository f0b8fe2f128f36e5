import { serveTool } from "../../shared/tools/serve.ts";
import { tool } from "../../shared/tools/appointment-cancel.ts";
import { run } from "./handler.ts";

export default serveTool(tool, run);
