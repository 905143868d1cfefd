import { z } from 'zod';
import { issueName } from '../../domain/text/issue-name.ts';
import { ok } from '../../lib/result.ts';
import { Name } from '../input.ts';
import { CODE_LIFE, linkCodes, saveLink } from '../links.ts';
import { asking, refusal } from '../parts.ts';
import type { LinkChallenge } from '../requests.ts';
import { IdentitySchema } from '../schemas/access-schemas.ts';
import { type Call, ofAll, post } from '../use-case.ts';

/** The forge's clock may be a little behind ours. */
const SKEW = 60_000;

/** Looks for the comment on this issue and links the person. */
export const confirmLink = ofAll({
  name: 'confirmLink',
  when: 'later',
  verb: 'view',
  agents: 'nobody',
  action: 'link',
  detail: ({ issue }) => `proof in ${issue}`,
  http: post({
    path: '/api/identities/proof',
    tag: 'access',
    summary: 'The code was written on this issue: link the caller',
    body: z.object({ issue: Name }),
    response: IdentitySchema,
    args: ({ body }) => [{ issue: body.issue }],
  }),
  async run({ parts, actor }: Call, request: { readonly issue: string }) {
    const codes = linkCodes(parts);
    const challenge = codes.get(actor.subject) as LinkChallenge | undefined;
    if (challenge === undefined || challenge.expiresAt <= parts.clock.now())
      return refusal(
        'AO_STALE',
        'There is no code of yours that still counts. Ask for a new one:  /ao link <your login>',
      );
    const issue = await asking('the tracker', () =>
      parts.plugins.tracker(challenge.project).get(request.issue),
    );
    if (!issue.ok) return issue;
    const since = challenge.expiresAt - CODE_LIFE - SKEW;
    // The whole comment, and newer than the code: a comment somebody wrote before can't be turned into a proof.
    const proof = issue.value.comments.find(
      (comment) =>
        isLogin(comment.author, challenge.login) &&
        comment.body.trim() === challenge.code &&
        comment.at >= since,
    );
    if (proof === undefined)
      return refusal(
        'AO_ACCESS_DENIED',
        `There is no new comment by @${challenge.login} on ${issueName(issue.value.id)} that says just  ${challenge.code}  . Write it there as @${challenge.login}, then ask again.`,
      );
    codes.delete(actor.subject);
    const { subject } = actor;
    const { forge } = challenge;
    return ok(saveLink(parts, { subject, forge, login: proof.author, proof: 'comment' }, actor));
  },
});

const isLogin = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();
