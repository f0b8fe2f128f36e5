import { serveTool } from "../../shared/tools/serve.ts";
import { tool } from "../../shared/tools/booking-reserve-atomic.ts";
import { run } from "./handler.ts";

export default serveTool(tool, run);
