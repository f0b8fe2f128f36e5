import { ServiceError } from "../http/service_error.ts";
import type { VapiTools } from "./port.ts";
import { createResource, type VapiCall } from "./resource.ts";
import { vapiToolSchema } from "./schemas.ts";

/** `/tool`: as every resource, but for what Vapi does differently with PATCH. */
export function createTools(call: VapiCall, pageSize: number): VapiTools {
  const resource = createResource(call, {
    name: "tools",
    path: "/tool",
    schema: vapiToolSchema,
    pageSize,
  });
  // Whether a PATCH must or must not carry `type` differs between Vapi's own sources: learn it.
  let sendsType = true;

  return {
    ...resource,
    async update(id, { type = "function", ...patch }, options) {
      const withoutType = () => resource.update(id, patch, options);
      if (!sendsType) return await withoutType();
      try {
        return await resource.update(id, { type, ...patch }, options);
      } catch (error) {
        if (!refusesType(error)) throw error;
        const updated = await withoutType();
        sendsType = false;
        return updated;
      }
    },
  };
}

/** A 400 about the top-level key `type`, not about one like `function.parameters.type`. */
function refusesType(error: unknown): boolean {
  return error instanceof ServiceError && error.status === 400 &&
    /(?<![\w.])type\b/.test(error.message);
}
