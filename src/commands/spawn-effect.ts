import type { Effect } from '../domain/session/effect.ts';
import { AO, type SessionId } from '../domain/session/ids.ts';
import type { Dispatch } from '../lifecycle/dispatch.ts';
import type { Handler } from '../lifecycle/outbox-parts.ts';
import { rejected } from '../slots/errors.ts';
import type { Commands } from './commands.ts';
import { UNSAID } from './requests.ts';

type SpawnEffect = Effect & { type: 'spawn_session' };

/** A reaction's `spawn`: the use case a person uses, in ao's name. The job's key makes that a repetition is the same session. */
export function spawnEffects(parts: { dispatch: Dispatch; spawn: Commands['spawn'] }): {
  readonly spawn_session: Handler;
} {
  return {
    spawn_session: {
      async run(job) {
        const effect = job.payload as SpawnEffect;
        const project =
          job.session === null
            ? null
            : (parts.dispatch.snapshot(job.session)?.session.project ?? null);
        const asked = await parts.spawn(AO, {
          ...UNSAID,
          text: effect.prompt,
          project,
          key: job.key,
        });
        if (!asked.ok) throw rejected(asked.error.code, asked.error.message);
        const [first] = asked.value;
        if (first?.refusal != null) throw rejected(first.refusal.code, first.refusal.message);
        return { result: first?.session?.id ?? null };
      },
      failed(job, { code, message }) {
        if (job.session === null) return;
        parts.dispatch.input(job.session as SessionId, {
          type: 'outcome',
          effect: job.payload as SpawnEffect,
          outcome: { type: 'failed', code, reason: message },
        });
      },
    },
  };
}
