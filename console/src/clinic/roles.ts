export const roles = ["member", "admin", "owner"] as const;
