import type { Job } from '../../db/outbox-store.ts';
import type { Effect, EffectType, Outcome } from '../../domain/session/effect.ts';
import type { SessionId } from '../../domain/session/ids.ts';
import type { Session, Snapshot } from '../../domain/session/session.ts';
import type { Clock } from '../../lib/clock.ts';
import { rejected } from '../../slots/errors.ts';
import type { Logger } from '../../slots/plugin.ts';
import type { AgentWatches } from '../agents.ts';
import type { Dispatch } from '../dispatch.ts';
import type { Handler } from '../outbox-parts.ts';
import type { Plugins } from '../plugins.ts';

export interface EffectParts {
  readonly plugins: Plugins;
  readonly dispatch: Dispatch;
  readonly agents: AgentWatches;
  readonly clock: Clock;
  /** Random name of this database: launches of another one are never taken for ours. */
  readonly installation: string;
  readonly logger: Logger;
  /** Complete environment of an agent's process, without any secret of ao's own but the session's token. */
  readonly agentEnv: (session: Session) => Readonly<Record<string, string>>;
  /** Removes known secrets from text that leaves the bot. */
  readonly redact: (text: string) => string;
}

export type Run<T extends EffectType> = (
  effect: Effect & { type: T },
  snapshot: Snapshot,
  job: Job,
) => Promise<Outcome>;

/** ms from the decision to the next try; nobody has to know of a shorter wait. */
const WORTH_TELLING = 5_000;

/** Makes an outbox handler of one effect: its outcome, good or bad, goes back into `decide` in the same transaction. */
export function effectHandler<T extends EffectType>(parts: EffectParts, run: Run<T>): Handler {
  const give = (job: Job, outcome: Outcome): void => {
    if (job.session !== null)
      parts.dispatch.input(job.session as SessionId, {
        type: 'outcome',
        effect: job.payload as Effect,
        outcome,
      });
  };
  return {
    async run(job) {
      const snapshot = job.session === null ? null : parts.dispatch.snapshot(job.session);
      if (snapshot === null)
        throw rejected('AO_SESSION_UNKNOWN', `The session of ${job.key} is not known.`);
      const outcome = await run(job.payload as Effect & { type: T }, snapshot, job);
      return { result: outcome, commit: () => give(job, outcome) };
    },
    retried(job, { message }, until) {
      if (until - job.createdAt >= WORTH_TELLING)
        give(job, { type: 'retried', reason: message, until });
    },
    failed: (job, { code, message }) => give(job, { type: 'failed', code, reason: message }),
  };
}
