import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { ok } from '../../lib/result.ts';
import { Name } from '../input.ts';
import { CODE_LIFE, forgeProject, linkCodes, loginNamed } from '../links.ts';
import { refusal } from '../parts.ts';
import type { LinkChallenge, Place } from '../requests.ts';
import { Time } from '../schemas/session-schema.ts';
import { type Call, ofAll, post } from '../use-case.ts';

/** Gives a code for one person and one login, valid 15 minutes; a newer one replaces it. */
export const beginLink = ofAll({
  name: 'beginLink',
  when: 'later',
  verb: 'view',
  agents: 'nobody',
  action: 'link',
  detail: ({ login }) => `as @${login}`,
  http: post({
    path: '/api/identities/code',
    tag: 'access',
    summary: 'A code that the login has to write as a comment on an issue, valid 15 minutes',
    body: z.object({ login: Name, project: z.string().max(200).nullish() }),
    response: z
      .object({
        login: z.string(),
        project: z.string(),
        forge: z.string(),
        code: z.string(),
        expiresAt: Time,
      })
      .meta({ id: 'LinkCode' }),
    args: ({ body }) => [{ login: body.login, project: body.project ?? null, channel: null }],
  }),
  async run({ parts, actor }: Call, request: Place & { readonly login: string }) {
    const login = loginNamed(request.login);
    if (login === null)
      return refusal(
        'AO_BAD_REQUEST',
        `"${request.login.trim().slice(0, 60)}" isn't a login. Give it as the forge shows it:  /ao link octocat`,
      );
    const where = forgeProject(parts, request);
    if (!where.ok) return where;
    const challenge: LinkChallenge = {
      login,
      ...where.value,
      code: `ao-link-${randomBytes(8).toString('hex')}`,
      expiresAt: parts.clock.now() + CODE_LIFE,
    };
    linkCodes(parts).set(actor.subject, challenge);
    return ok(challenge);
  },
});
