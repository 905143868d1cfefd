/**
 * Which login at the forge a person of a chat has. A claim alone is worth nothing: the login has to write a code that only this
 * person was given, as a new comment in the project's own repository; or an admin, who could change every right anyway, vouches.
 */
import { randomBytes } from 'node:crypto';
import {
  type Identity,
  readIdentities,
  removeIdentities,
  setIdentity,
} from '../db/identity-store.ts';
import { kvStore } from '../db/kv-store.ts';
import type { Refusal } from '../domain/session/decision.ts';
import type { Actor } from '../domain/session/ids.ts';
import { err, ok, type Result } from '../lib/result.ts';
import type { IdentityCommands, LinkChallenge } from './commands.ts';
import { asking, audit, type CommandParts, refusal } from './parts.ts';
import { chooseProject } from './spawn.ts';
import type { IdentityView } from './views.ts';

const LIFE = 15 * 60_000;
/** The forge's clock may be a little behind ours. */
const SKEW = 60_000;
const LOGIN = /^[a-z\d](?:[a-z\d]|-(?=[a-z\d])){0,38}$/i;
const SUBJECT = /^(slack|discord):[^:\s]+:[^:\s]+$|^(web|proxy):[^:\s]+$/;

export function createIdentityCommands(parts: CommandParts): IdentityCommands {
  const codes = kvStore(parts.db, 'link-codes');
  const views = (subject: string | null): readonly IdentityView[] =>
    readIdentities(parts.db, subject).map(viewIdentity);

  const begin: IdentityCommands['begin'] = async (actor, request) => {
    const denied = allowed(parts, actor, 'view', 'link', `as @${request.login}`);
    if (denied !== null) return err(denied);
    const login = request.login.trim().replace(/^@/, '');
    if (!LOGIN.test(login))
      return refusal(
        'AO_BAD_REQUEST',
        `"${login.slice(0, 60)}" is no login. Give it as the forge shows it:  /ao link octocat`,
      );
    const where = forgeProject(parts, request);
    if (!where.ok) return where;
    const challenge: LinkChallenge = {
      login,
      ...where.value,
      code: `ao-link-${randomBytes(8).toString('hex')}`,
      expiresAt: parts.clock.now() + LIFE,
    };
    codes.set(actor.subject, challenge);
    return ok(challenge);
  };

  const confirm: IdentityCommands['confirm'] = async (actor, request) => {
    const denied = allowed(parts, actor, 'view', 'link', `proof in ${request.issue}`);
    if (denied !== null) return err(denied);
    const challenge = codes.get(actor.subject) as LinkChallenge | undefined;
    if (challenge === undefined || challenge.expiresAt <= parts.clock.now())
      return refused(
        actor,
        'AO_STALE',
        'There is no code of yours that still counts. Ask for a new one:  /ao link <your login>',
      );
    const issue = await asking('the tracker', () =>
      parts.plugins.tracker(challenge.project).get(request.issue),
    );
    if (!issue.ok) return issue;
    const since = challenge.expiresAt - LIFE - SKEW;
    // The whole comment, and newer than the code: a comment somebody wrote before can't be turned into a proof.
    const proof = issue.value.comments.find(
      (comment) =>
        isLogin(comment.author, challenge.login) &&
        comment.body.trim() === challenge.code &&
        comment.at >= since,
    );
    if (proof === undefined)
      return refused(
        actor,
        'AO_ACCESS_DENIED',
        `There is no new comment by @${challenge.login} on #${issue.value.id} that says just  ${challenge.code}  . Write it there as @${challenge.login}, then ask again.`,
      );
    codes.delete(actor.subject);
    return ok(
      save(
        {
          subject: actor.subject,
          forge: challenge.forge,
          login: proof.author,
          at: parts.clock.now(),
          proof: 'comment',
        },
        actor,
      ),
    );
  };

  const save = (identity: Identity, by: Actor): IdentityView => {
    parts.db.transaction(() => {
      setIdentity(parts.db, identity);
      audit(
        parts,
        by,
        'linked',
        null,
        null,
        `${identity.subject} is @${identity.login} at ${identity.forge} (${identity.proof})`,
      );
    });
    return viewIdentity(identity);
  };

  const refused = (
    actor: Actor,
    code: string,
    message: string,
  ): { readonly ok: false; readonly error: Refusal } => {
    audit(parts, actor, 'link', null, { code, message });
    return refusal(code, message);
  };

  const vouch: IdentityCommands['vouch'] = async (actor, request) => {
    const denied = allowed(
      parts,
      actor,
      'admin',
      'link',
      `${request.subject} as @${request.login}`,
    );
    if (denied !== null) return err(denied);
    const login = request.login.trim().replace(/^@/, '');
    if (!LOGIN.test(login))
      return refusal('AO_BAD_REQUEST', `"${login.slice(0, 60)}" is no login.`);
    if (!SUBJECT.test(request.subject))
      return refusal(
        'AO_BAD_REQUEST',
        `"${request.subject.slice(0, 60)}" is no person. Give a stable id such as slack:T024:U0G9.`,
      );
    const where = forgeProject(parts, { project: request.project, channel: null });
    return where.ok
      ? ok(
          save(
            {
              subject: request.subject,
              forge: where.value.forge,
              login,
              at: parts.clock.now(),
              proof: 'admin',
            },
            actor,
          ),
        )
      : where;
  };

  const remove: IdentityCommands['remove'] = async (actor, subject) => {
    const whose = subject ?? actor.subject;
    const denied = allowed(
      parts,
      actor,
      whose === actor.subject ? 'view' : 'admin',
      'unlink',
      whose,
    );
    if (denied !== null) return err(denied);
    const removed = removeIdentities(parts.db, whose);
    return removed === 0 ? refusal('AO_STATE', `${whose} is linked to no login.`) : ok(removed);
  };

  return {
    begin,
    confirm,
    vouch,
    remove,
    own(actor) {
      const denied = parts.access.refusal(actor, 'view');
      if (denied === null) return ok(views(actor.subject));
      audit(parts, actor, 'own identities', null, denied);
      return err(denied);
    },
    list(actor) {
      const denied = allowed(parts, actor, 'admin', 'list identities', '');
      return denied === null ? ok(views(null)) : err(denied);
    },
  };
}

const isLogin = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();
const viewIdentity = ({ subject, forge, login, at, proof }: Identity): IdentityView => ({
  subject,
  forge,
  login,
  at,
  proof,
});

function allowed(
  parts: CommandParts,
  actor: Actor,
  verb: 'view' | 'admin',
  action: string,
  detail: string,
): Refusal | null {
  const denied = parts.access.refusal(actor, verb);
  audit(parts, actor, action, null, denied, detail);
  return denied;
}

/** The project whose issues are the place of the proof. Where it is not clear which, any will do that has the only forge there is. */
function forgeProject(
  parts: CommandParts,
  request: { readonly project: string | null; readonly channel: string | null },
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
