/** The model of an agent whose console chose none. Vapi refuses an assistant without provider and model. */
export const DEFAULT_MODEL = { provider: "openai", model: "gpt-4o" } as const;
