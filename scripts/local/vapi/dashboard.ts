import type { AccountState } from "./account_state.ts";
import { createAssistant, deleteAssistant, updateAssistant } from "./assistants.ts";
import type { AssistantRecord, ToolRecord } from "./records.ts";
import { createTool, deleteTool, updateTool } from "./tools.ts";

/**
 * What a person does by hand in Vapi's dashboard: the rules are the API's, but no request is logged
 * and no fault hits. `putTool` and `putAssistant` skip the rules too, for state that could only
 * come about under earlier ones, such as a tool at http://localhost. All of it is journaled.
 */
export interface Dashboard {
  createTool(body: unknown): ToolRecord;
  updateTool(id: string, body: unknown): ToolRecord;
  deleteTool(id: string): ToolRecord;
  putTool(record: ToolRecord): void;
  createAssistant(body: unknown): AssistantRecord;
  updateAssistant(id: string, body: unknown): AssistantRecord;
  deleteAssistant(id: string): AssistantRecord;
  putAssistant(record: AssistantRecord): void;
}

export function createDashboard(state: AccountState): Dashboard {
  return {
    createTool: (body) => createTool(state, body),
    updateTool: (id, body) => updateTool(state, id, body),
    deleteTool: (id) => deleteTool(state, id),
    putTool: (record) => state.putTool(record),
    createAssistant: (body) => createAssistant(state, body),
    updateAssistant: (id, body) => updateAssistant(state, id, body),
    deleteAssistant: (id) => deleteAssistant(state, id),
    putAssistant: (record) => state.putAssistant(record),
  };
}
