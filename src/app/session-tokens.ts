import { createHash, createHmac } from 'node:crypto';
import type { Snapshot } from '../domain/session/session.ts';

export interface SessionTokens {
  /** The token agents of this session talk to ao with. The same after a restart. */
  of(session: string): string;
  /** Looked up by the SHA-256 (hex) of what was sent; null: no live session has this token. */
  find(
    sha256: string,
  ): { readonly session: string; readonly role: 'worker' | 'orchestrator' } | null;
}

/** Tokens are derived from the admin token, so that none has to be kept. `learn`: of each, before anybody gets it. */
export function createSessionTokens(
  adminToken: string,
  live: () => readonly Snapshot[],
  learn: (secrets: Iterable<string>) => void,
): SessionTokens {
  const secret = createHash('sha256').update(`session tokens of ${adminToken}`).digest();
  const hashes = new Map<string, string>();
  const learned = new Set<string>();
  // The prefix lets it be known, and masked, wherever it turns up whole; by its value it is known in any other form.
  const of = (session: string): string => {
    const token = `ao_s_${createHmac('sha256', secret).update(session).digest('base64url')}`;
    if (!learned.has(session)) learn([token]);
    learned.add(session);
    return token;
  };
  for (const { session } of live()) of(session.id);
  const hashOf = (session: string): string => {
    const hash = hashes.get(session) ?? createHash('sha256').update(of(session)).digest('hex');
    hashes.set(session, hash);
    return hash;
  };
  return {
    of,
    find(sha256) {
      const found = live().find(({ session }) => hashOf(session.id) === sha256);
      return found === undefined ? null : { session: found.session.id, role: found.session.role };
    },
  };
}
