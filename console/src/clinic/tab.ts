import type { ClinicSettings } from "../../client/settings.ts";
import type { Organization } from "../organization.ts";

/** What a page of the settings gets. */
export interface TabProps {
  readonly settings: ClinicSettings;
  readonly organization: Organization;
  /** Reads the settings again. */
  readonly onChanged: () => Promise<void>;
}
