import { createHash } from 'node:crypto';
import type { Snapshot } from '../domain/session/session.ts';
import { deriveTokens } from '../lib/derived-token.ts';

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
  const tokenOf = deriveTokens(adminToken);
  const hashes = new Map<string, string>();
  const learned = new Set<string>();
  // By its value it is known, and masked, in any form.
  const of = (session: string): string => {
    const token = tokenOf(session);
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
