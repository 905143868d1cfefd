import { z } from 'zod';
import { ok } from '../../lib/result.ts';
import { Name } from '../input.ts';
import { forgeProject, loginNamed, saveLink } from '../links.ts';
import { refusal } from '../parts.ts';
import { IdentitySchema } from '../schemas/access-schemas.ts';
import { type Call, ofAll, post } from '../use-case.ts';

const SUBJECT = /^(slack|discord):[^:\s]+:[^:\s]+$|^(web|proxy):[^:\s]+$/;

interface Vouched {
  readonly subject: string;
  readonly login: string;
  readonly project: string | null;
}

/** An admin links somebody without a code. */
export const vouchLink = ofAll({
  name: 'vouchLink',
  when: 'later',
  verb: 'admin',
  agents: 'nobody',
  action: 'link',
  detail: ({ subject, login }) => `${subject} as @${login}`,
  http: post({
    path: '/api/identities/vouch',
    tag: 'access',
    summary: 'Link somebody without a code (admins)',
    body: z.object({ subject: Name, login: Name, project: z.string().max(200).nullish() }),
    response: IdentitySchema,
    args: ({ body: { subject, login, project } }) => [{ subject, login, project: project ?? null }],
  }),
  async run({ parts, actor }: Call, { subject, login: word, project }: Vouched) {
    const login = loginNamed(word);
    if (login === null)
      return refusal('AO_BAD_REQUEST', `"${word.trim().slice(0, 60)}" isn't a login.`);
    if (!SUBJECT.test(subject))
      return refusal(
        'AO_BAD_REQUEST',
        `"${subject.slice(0, 60)}" isn't a person. Give a stable id such as slack:T024:U0G9.`,
      );
    const where = forgeProject(parts, { project, channel: null });
    if (!where.ok) return where;
    return ok(saveLink(parts, { subject, forge: where.value.forge, login, proof: 'admin' }, actor));
  },
});
