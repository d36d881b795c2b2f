/** The roles of users, from most to least privileged. */
export const roles = ['admin', 'user', 'readonly'] as const;
export type Role = (typeof roles)[number];

/** The ways to prove a user's identity. */
export const authMethods = ['Basic', 'BootstrapToken'] as const;
export type AuthMethod = (typeof authMethods)[number];

/** The identity of a caller. */
export interface Identity {
  /** Any text, exactly as given at login or in the token. */
  readonly username: string;
  readonly role: Role;
  readonly authMethod: AuthMethod;
}

export function isRole(value: unknown): value is Role {
  return roles.some((role) => role === value);
}

export function isAuthMethod(value: unknown): value is AuthMethod {
  return authMethods.some((method) => method === value);
}
