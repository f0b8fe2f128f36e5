/** Registers one claimed tool at Vapi: changes it in place, adopts it, or creates it. */
import { ServiceError } from "../../shared/http/errors.ts";
import type { CatalogueTool } from "../../shared/assistants/catalogue.ts";
import type { SyncDeps } from "../../shared/assistants/catalogue.ts";
import { findAdoptable } from "../../shared/assistants/match_tool.ts";
import type { VapiTool } from "../../shared/vapi/port.ts";
import { createOnce } from "./create_once.ts";

export interface RegisterOptions {
  claimToken: string;
  /** Ids that the registry already knows. */
  known: ReadonlySet<string>;
  signal: AbortSignal;
  /** What Vapi has. */
  listed: () => Promise<VapiTool[]>;
}

export async function register(
  deps: SyncDeps,
  tool: CatalogueTool,
  { currentToolId }: { currentToolId: string | null },
  { claimToken, known, signal, listed }: RegisterOptions,
): Promise<{ outcome: "updated" | "adopted" | "created"; vapi_tool_id: string }> {
  if (deps.strategy === "in_place" && currentToolId !== null) {
    const updated = await updateInPlace(deps, tool, currentToolId, signal);
    if (updated) {
      await deps.db.rpc("update_registration", {
        p_claim_token: claimToken,
        p_name: tool.name,
        p_definition_hash: tool.hash,
      });
      return { outcome: "updated", vapi_tool_id: currentToolId };
    }
  }

  const { tool: registered, outcome } = await createOrAdopt(deps, tool, { known, signal, listed });
  await deps.db.rpc("record_registration", {
    p_claim_token: claimToken,
    p_name: tool.name,
    p_vapi_tool_id: registered.id,
    p_is_adopted: outcome === "adopted",
  });
  return { outcome, vapi_tool_id: registered.id };
}

async function createOrAdopt(
  deps: SyncDeps,
  tool: CatalogueTool,
  { known, signal, listed }: Omit<RegisterOptions, "claimToken">,
): Promise<{ tool: VapiTool; outcome: "adopted" | "created" }> {
  let outcome: "adopted" | "created" = "created";
  let list = listed;
  const adopt = async () => {
    const tools = await list();
    list = () => deps.vapi.tools.list({ signal });
    const found = findAdoptable(tools, tool, known);
    if (found === null) return null;
    outcome = "adopted";
    // Sending the whole definition also settles what cannot be compared: the secret.
    if (found.match === "alike") {
      await deps.vapi.tools.update(found.tool.id, tool.body, { signal });
    }
    return found.tool;
  };
  const registered = await createOnce({
    create: () => deps.vapi.tools.create(tool.body, { signal }),
    find: adopt,
    mayExist: true,
    signal,
    sleep: deps.sleep,
  });
  return { tool: registered, outcome };
}

/** False if the tool no longer exists at Vapi. */
async function updateInPlace(
  deps: SyncDeps,
  tool: CatalogueTool,
  id: string,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    await deps.vapi.tools.update(id, tool.body, { signal });
    return true;
  } catch (error) {
    if (error instanceof ServiceError && error.code === "not_found") return false;
    throw error;
  }
}
