/**
 * Which login at the forge a person of a chat has. A claim alone is worth nothing: the login has to write a code that only this
 * person was given, as a new comment in the project's own repository; or an admin, who could change every right anyway, vouches.
 */
import { type Identity, readIdentities, setIdentity } from '../db/identity-store.ts';
import { kvStore } from '../db/kv-store.ts';
import type { Refusal } from '../domain/session/decision.ts';
import type { Actor } from '../domain/session/ids.ts';
import { ok, type Result } from '../lib/result.ts';
import { chooseProject } from './choose-project.ts';
import { audit, type CommandParts, refusal } from './parts.ts';
import type { Place } from './requests.ts';
import type { IdentityView } from './views.ts';

/** How long a code counts, ms. */
export const CODE_LIFE = 15 * 60_000;

const LOGIN = /^[a-z\d](?:[a-z\d]|-(?=[a-z\d])){0,38}$/i;

/** Codes that were given and not proved yet, by subject. */
export const linkCodes = (parts: CommandParts): ReturnType<typeof kvStore> =>
  kvStore(parts.db, 'link-codes');

/** Null: it can't be a login. */
export function loginNamed(word: string): string | null {
  const login = word.trim().replace(/^@/, '');
  return LOGIN.test(login) ? login : null;
}

/** Of everybody, or of one subject. */
export const linksOf = (parts: CommandParts, subject: string | null): readonly IdentityView[] =>
  readIdentities(parts.db, subject).map(viewIdentity);

export function saveLink(
  parts: CommandParts,
  identity: Omit<Identity, 'at'>,
  by: Actor,
): IdentityView {
  const saved = { ...identity, at: parts.clock.now() };
  const { subject, login, forge, proof } = saved;
  parts.db.transaction(() => {
    setIdentity(parts.db, saved);
    audit(parts, by, 'linked', null, null, `${subject} is @${login} at ${forge} (${proof})`);
  });
  return viewIdentity(saved);
}

const viewIdentity = ({ subject, forge, login, at, proof }: Identity): IdentityView => ({
  subject,
  forge,
  login,
  at,
  proof,
});

/** The project whose issues are the place of the proof. Where it is not clear which, any will do that has the only forge there is. */
export function forgeProject(
  parts: CommandParts,
  request: Place,
): Result<{ readonly project: string; readonly forge: string }, Refusal> {
  const chosen = chooseProject(parts, request);
  const projects = chosen.ok
    ? [chosen.value]
    : chosen.error.code === 'AO_PROJECT_AMBIGUOUS'
      ? parts.plugins.projects()
      : [];
  const places = projects.flatMap(({ id }) => {
    const forge = parts.forgeOf(id);
    return forge === null ? [] : [{ project: id, forge }];
  });
  const [place] = places;
  if (place !== undefined && places.every(({ forge }) => forge === place.forge)) return ok(place);
  if (!chosen.ok && (place !== undefined || projects.length === 0)) return chosen;
  return refusal(
    'AO_UNSUPPORTED',
    'There is no forge here, so there are no logins to link: people are who they are in the chat.',
  );
}
