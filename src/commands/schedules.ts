import { createHash } from 'node:crypto';
import { kvStore } from '../db/kv-store.ts';
import type { Db } from '../db/open.ts';
import { AO } from '../domain/session/ids.ts';
import { cronLine } from '../lib/cron.ts';
import type { CronEntry } from '../lifecycle/cron-slots.ts';
import type { Dispatch } from '../lifecycle/dispatch.ts';
import type { Commands } from './commands.ts';
import { UNSAID } from './requests.ts';

export interface Schedule {
  /** Null: its prompt names it. */
  readonly name: string | null;
  readonly cron: string;
  /** Null: the machine's. */
  readonly timezone: string | null;
  readonly project: string;
  readonly prompt: string;
  readonly agent: string | null;
  readonly model: string | null;
  readonly base: string | null;
  /** The session of the slot before still lives: nothing is begun, or another one is. */
  readonly whileRunning: 'skip' | 'spawn';
}

export interface ScheduleParts {
  readonly db: Db;
  readonly dispatch: Dispatch;
  readonly spawn: Commands['spawn'];
  /** What people should know: skipped, or refused. */
  readonly tell: (
    project: string,
    problem: { readonly code: string; readonly message: string },
  ) => void;
}

/** What of the world may be well again in a moment. */
const TRY_AGAIN = 'AO_UPSTREAM';

/** One entry per schedule. The key of a session's start is schedule and slot, so that one slot is one session, whatever happens in between. */
export function scheduleEntries(
  parts: ScheduleParts,
  schedules: readonly Schedule[],
): readonly CronEntry[] {
  const latest = kvStore(parts.db, 'schedules');
  return schedules.map((schedule) => {
    const id = idOf(schedule);
    const name = nameOf(schedule);
    return {
      id: `schedule ${id}`,
      line: cronLine(schedule.cron, schedule.timezone),
      async run(slot) {
        const before = latest.get(id);
        const running =
          typeof before === 'string' ? parts.dispatch.snapshot(before)?.session : undefined;
        const key = `schedule ${id} ${slot}`;
        if (
          schedule.whileRunning === 'skip' &&
          running?.ended === null &&
          latest.get(`${id} key`) !== key
        )
          return parts.tell(schedule.project, {
            code: 'AO_SCHEDULE_SKIPPED',
            message: `${name} was skipped: ${running.id} of the time before still runs.`,
          });
        const asked = await parts.spawn(
          { ...AO, name },
          {
            ...UNSAID,
            text: schedule.prompt,
            project: schedule.project,
            agent: schedule.agent,
            model: schedule.model,
            base: schedule.base,
            key,
          },
        );
        const refusal = asked.ok ? (asked.value[0]?.refusal ?? null) : asked.error;
        if (refusal?.code === TRY_AGAIN) throw new Error(refusal.message);
        if (refusal !== null)
          return parts.tell(schedule.project, {
            code: refusal.code,
            message: `${name} started nothing: ${refusal.message}`,
          });
        const session = asked.ok ? asked.value[0]?.session?.id : undefined;
        latest.set(id, session);
        latest.set(`${id} key`, key);
      },
    };
  });
}

const nameOf = ({ name, prompt }: Schedule): string =>
  `the schedule "${name ?? (prompt.split('\n')[0] ?? '').slice(0, 40)}"`;

/** Another time or task is another schedule: it begins anew and makes up for nothing of the old one. */
const idOf = ({ name, cron, timezone, project, prompt }: Schedule): string =>
  createHash('sha256')
    .update(JSON.stringify([project, name ?? prompt, cron, timezone]))
    .digest('hex')
    .slice(0, 16);
