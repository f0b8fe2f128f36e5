/** Where an operator goes from an alert: the page that shows what it is about. */
import type { StringKey } from "../i18n.ts";
import { href } from "../router.ts";

export interface WayOut {
  say: StringKey;
  href: string;
}

const jobs = (query: Record<string, string>) => href("operator", "jobs", query);

/** By kind; if there is nothing to show here, the runbook helps. */
export function wayOutOf({ kind, subject, org_id: org }: {
  kind: string;
  subject: string | null;
  org_id: string | null;
}): WayOut | undefined {
  const ofOrg = org ? { org } : {};
  switch (kind) {
    case "job_dead": {
      const [queue = ""] = (subject ?? "").split(" ");
      return { say: "way_jobs", href: jobs({ queue, state: "dead", ...ofOrg }) };
    }
    case "sync_failures":
      return { say: "way_jobs", href: jobs({ queue: "tool-sync", ...ofOrg }) };
    case "oldest_due_job":
    case "oldest_bulk_job":
      return { say: "way_waiting", href: jobs({ state: "pending" }) };
    case "verification_errors":
    case "verification_late":
      return { say: "way_verify", href: href("operator", "verification") };
    case "rollout_stopped":
    case "tool_failures":
      return { say: "way_tools", href: href("operator", "tools") };
    case "vapi_5xx":
    case "text_volume":
    case "sms_pumping":
    case "booking_flood":
      return { say: "way_figures", href: href("operator", "figures", { hours: "2" }) };
    default:
      return undefined;
  }
}
