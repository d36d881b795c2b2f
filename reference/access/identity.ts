/** The roles a user may have, the mightiest first. */
export const roles = ['admin', 'user', 'readonly'] as const;
export type Role = (typeof roles)[number];

/** How a user proved who they are. */
export const authMethods = ['Basic', 'BootstrapToken'] as const;
export type AuthMethod = (typeof authMethods)[number];

/** Who makes a call. */
export interface Identity {
  /** Any text, exactly as the password login or the token gave it. */
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
