/** Every frequent statement. */
import { memberStatements, operatorStatements } from "./people.ts";
import {
  clockStatements,
  serviceStatements,
  type Statement,
  toolStatements,
} from "./statements.ts";

export const statements: readonly Statement[] = [
  ...toolStatements,
  ...serviceStatements,
  ...memberStatements,
  ...operatorStatements,
  ...clockStatements,
];
