/** All that the screen says: `[English, Spanish]`. */
import { account } from "./account.ts";
import { agents } from "./agents.ts";
import { common } from "./common.ts";
import { stack } from "./stack.ts";
import { visits } from "./visits.ts";

export const strings = { ...common, ...account, ...agents, ...visits, ...stack } as const;
