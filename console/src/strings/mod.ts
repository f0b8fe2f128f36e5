/** All texts on screen: `[English, Spanish]`. */
import { account } from "./account.ts";
import { agents } from "./agents.ts";
import { clinic } from "./clinic.ts";
import { common } from "./common.ts";
import { operator } from "./operator.ts";
import { stack } from "./stack.ts";
import { visits } from "./visits.ts";
import { waitlist } from "./waitlist.ts";

export const strings = {
  ...common,
  ...account,
  ...agents,
  ...visits,
  ...waitlist,
  ...stack,
  ...clinic,
  ...operator,
} as const;
