/** `<prefix>-<n>`, e.g. `app-7`. Unique in one data directory, never reused. */
export type SessionId = string & { readonly __brand: 'SessionId' };

/** `slack:T…:U…`, `discord:<guild>:<user>`, `web:local`, `agent:<session>`, `system:ao`. Never a display name. */
export type Subject = string & { readonly __brand: 'Subject' };

const SESSION_ID = /^[a-z][a-z0-9]{0,15}-[1-9][0-9]{0,8}$/;

export function parseSessionId(text: string): SessionId | null {
  return SESSION_ID.test(text) ? (text as SessionId) : null;
}

export const subject = (text: string): Subject => text as Subject;

/** Who did something, and through what. The name is for display only; policy reads `subject`. */
export interface Actor {
  readonly subject: Subject;
  readonly name: string;
  readonly via: 'web' | 'slack' | 'discord' | 'cli' | 'http' | 'agent' | 'system';
  /** Group and role ids on the platform, only while a request is being judged. */
  readonly groups?: readonly string[];
}

export const AO: Actor = { subject: subject('system:ao'), name: 'ao', via: 'system' };
