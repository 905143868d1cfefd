import { z } from 'zod';
import { allSteers } from '../../db/session-store.ts';
import type { PullRequestFact } from '../../domain/session/facts.ts';
import { headRepository, shownPr } from '../../domain/session/pr.ts';
import { ok } from '../../lib/result.ts';
import { asking, refusal } from '../parts.ts';
import { get, readOfSession, type SessionCall } from '../use-case.ts';

/** Of a check on the head commit. An agent gets a fork's log only after somebody sent it that failure. */
export const checkLog = readOfSession({
  name: 'checkLog',
  when: 'later',
  agents: 'own and started',
  http: get({
    path: '/api/sessions/:id/checks/:name/log',
    tag: 'sessions',
    summary: 'Log of a check on the head commit',
    response: z.object({ name: z.string(), text: z.string() }).meta({ id: 'CheckLog' }),
    args: ({ param }) => [param('name')],
  }),
  async run(call: SessionCall, check: string) {
    const { parts, actor, snapshot } = call;
    const pr = shownPr(snapshot);
    const ref = pr?.checks.checks.find((candidate) => candidate.name === check)?.ref;
    if (pr === null || ref == null)
      return refusal('AO_BAD_REQUEST', `There is no log of a check "${check}".`);
    if (actor.via === 'agent' && pr.foreign && !wasSentToAgent(call, pr))
      return refusal(
        'AO_ACCESS_DENIED',
        `This log comes from ${headRepository(pr)}, another repository. Somebody has to read it and send it first.`,
      );
    const text = await asking('the scm', () =>
      parts.plugins.scm(snapshot.session.project).checkLog(pr.key, ref),
    );
    return text.ok ? ok({ name: check, text: parts.redact(text.value) }) : text;
  },
});

/** Somebody pressed the button since this head was pushed. */
const wasSentToAgent = ({ parts, snapshot }: SessionCall, { headAt }: PullRequestFact): boolean =>
  allSteers(parts.db, snapshot.session.id).some(
    (steer) => steer.reaction === 'ci-failed' && steer.createdAt >= headAt,
  );
