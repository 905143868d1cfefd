import type { Db } from '../db/open.ts';
import { admittedAfter, lastAdmission } from '../db/session-history.ts';
import {
  type AdmissionLimits,
  type AdmissionPlan,
  type Admitted,
  admissionPlan,
  type Machine,
} from '../domain/session/admission.ts';
import { AO, type SessionId } from '../domain/session/ids.ts';
import type { Session } from '../domain/session/session.ts';
import type { Clock } from '../lib/clock.ts';
import { storageProblem } from '../lib/storage-problem.ts';
import type { Dispatch } from './dispatch.ts';

const MAKES_ROOM: ReadonlySet<string> = new Set([
  'session.ended',
  'session.spawned',
  'session.restored',
  'session.undone',
  'session.paused',
  'session.resumed',
  'session.handed_over',
]);
/** How often what nobody tells is looked at while somebody waits: memory, the hour of a person, a changed configuration. */
const LOOK_AGAIN = 5_000;

/** A person's own limit counts this long, ms. */
const HOUR = 3_600_000;

export interface AdmissionParts {
  readonly db: Db;
  readonly dispatch: Dispatch;
  readonly clock: Clock;
  readonly limits: () => AdmissionLimits;
  readonly held?: (session: Session) => string | null;
  /** The machine now; called only while somebody waits or begins. */
  readonly machine?: () => Machine | null;
  /** Memory of each live session's processes, by session; those it can't tell of are left out. Asked at most every few seconds. */
  readonly measure?: () => Promise<ReadonlyMap<string, number>>;
  /** The agent of this session runs on another machine. */
  readonly elsewhere?: (session: Session) => boolean;
}

export interface Admission {
  start(): void;
  stop(): void;
  /** Lets in whoever has room, and tells the others their place and why they wait. */
  run(): AdmissionPlan;
  plan(): AdmissionPlan;
  /** Which of these sessions, whose agents are gone, may be resumed now; the others wait. All limits count, as for new ones. */
  planAgain(sessions: readonly Session[]): AdmissionPlan;
}

interface AdmissionState {
  readonly parts: AdmissionParts;
  readonly dispatch: AdmissionParts['dispatch'];
  readonly clock: AdmissionParts['clock'];
  readonly db: AdmissionParts['db'];
  off: (() => void) | null;
  timer: { cancel(): void } | null;
  rss: ReadonlyMap<string, number>;
}

/** Lets sessions start as room comes free. Cheap: runs after every change. */
export function createAdmission(parts: AdmissionParts): Admission {
  const { db, dispatch, clock } = parts;
  const admission: AdmissionState = {
    parts,
    dispatch,
    clock,
    db,
    off: null,
    timer: null,
    rss: new Map(),
  };
  return {
    plan: () => plan(admission),
    planAgain: (sessions) => planAgain(admission, sessions),
    run: () => run(admission),
    start: () => start(admission),
    stop: () => stop(admission),
  };
}

function plan(admission: AdmissionState): AdmissionPlan {
  const live = admission.dispatch.live().map((snapshot) => snapshot.session);
  // A paused one keeps its place, but does not hold up those behind it.
  const waiting = live.filter((session) => session.stage === 'queued' && session.paused === null);
  return planOf(
    admission,
    waiting,
    live.filter((session) => session.stage !== 'queued'),
  );
}

function planOf(
  admission: AdmissionState,
  waiting: readonly Session[],
  live: readonly Session[],
): AdmissionPlan {
  if (waiting.length === 0) return { admit: [], wait: [] };
  const asking = new Set(waiting.map((session) => session.id));
  const limits = admission.parts.limits();
  const elsewhere = (session: Session): boolean => admission.parts.elsewhere?.(session) ?? false;
  return admissionPlan(
    {
      waiting: waiting.map((session) => ({
        id: session.id,
        project: session.project,
        ...personOf(admission, session),
        since: session.createdAt,
        held: admission.parts.held?.(session) ?? null,
        elsewhere: elsewhere(session),
      })),
      live: live.map((session) => ({
        project: session.project,
        user: personOf(admission, session).user,
        rss: admission.rss.get(session.id) ?? null,
        elsewhere: elsewhere(session),
      })),
      admitted: admittedBefore(admission, waiting, asking),
      machine: limits.memory == null ? null : (admission.parts.machine?.() ?? null),
      now: admission.clock.now(),
    },
    limits,
  );
}

/** Who was let in within the hour, and whom each waiting project had let in last. */
const admittedBefore = (
  admission: AdmissionState,
  waiting: readonly Session[],
  asking: ReadonlySet<string>,
): readonly Admitted[] => [
  // Who waits again was let in before; that does not count against them.
  ...admittedAfter(admission.db, admission.clock.now() - HOUR).flatMap((session) =>
    session.admittedAt === null || asking.has(session.id)
      ? []
      : [
          {
            project: session.project,
            user: personOf(admission, session).user,
            at: session.admittedAt,
          },
        ],
  ),
  ...[...new Set(waiting.map(({ project }) => project))].flatMap((project) => {
    const at = lastAdmission(admission.db, project, asking);
    return at === null ? [] : [{ project, user: null, at }];
  }),
];

/** Whose limits count: the person who started it, or who started the session whose agent did. Schedules and ao itself are nobody. */
function personOf(
  admission: AdmissionState,
  session: Session,
): { readonly user: string | null; readonly who?: string } {
  const { startedBy, parent } = session;
  if (startedBy.via === 'system') return { user: null };
  const starter =
    startedBy.via === 'agent' && parent !== null
      ? admission.dispatch.snapshot(parent)?.session
      : undefined;
  return starter === undefined
    ? { user: startedBy.subject, who: startedBy.name }
    : personOf(admission, starter);
}

function run(admission: AdmissionState): AdmissionPlan {
  const planned = plan(admission);
  const { admit, wait } = planned;
  if (admit.length + wait.length === 0) return planned;
  admission.dispatch.together(() => {
    for (const id of admit)
      admission.dispatch.input(id as SessionId, {
        type: 'command',
        command: { type: 'admit' },
        by: AO,
      });
    for (const { id, position, reason } of wait) {
      const known = admission.dispatch.snapshot(id)?.session.queue;
      if (known?.position === position && known.reason === reason) continue;
      admission.dispatch.input(id as SessionId, {
        type: 'command',
        command: { type: 'wait', position, reason },
        by: AO,
      });
    }
  });
  if (wait.length > 0) lookAgain(admission);
  return planned;
}

/** While somebody waits. What memory the running ones have is asked first. */
function lookAgain(admission: AdmissionState, soon: boolean = false): void {
  if (admission.timer !== null || admission.off === null) return;
  admission.timer = admission.clock.after(soon ? 0 : LOOK_AGAIN, () => {
    void measured(admission).then(() => {
      admission.timer = null;
      if (admission.off !== null) runOrWait(admission);
    });
  });
}

async function measured(admission: AdmissionState): Promise<void> {
  if (admission.parts.measure === undefined || admission.parts.limits().memory == null) return;
  try {
    admission.rss = await admission.parts.measure();
  } catch {
    // A runtime that can't be asked says nothing: each of its agents counts as what one is expected to need.
    admission.rss = new Map();
  }
}

/** Nobody waits for this call: when the database can't be written, it is tried again. */
function runOrWait(admission: AdmissionState): void {
  try {
    run(admission);
  } catch (error) {
    if (storageProblem(error) === null) throw error;
    lookAgain(admission);
  }
}

function planAgain(admission: AdmissionState, sessions: readonly Session[]): AdmissionPlan {
  const again = new Set(sessions.map((session) => session.id));
  const live = admission.dispatch.live().map((snapshot) => snapshot.session);
  return planOf(
    admission,
    sessions,
    live.filter((session) => session.stage !== 'queued' && !again.has(session.id)),
  );
}

function start(admission: AdmissionState): void {
  admission.off = admission.dispatch.onChange((change) => {
    if (change.events.some(({ event }) => MAKES_ROOM.has(event.type)))
      queueMicrotask(() => runOrWait(admission));
  });
  // At first nothing is known of what the agents found running have.
  lookAgain(admission, true);
  runOrWait(admission);
}

function stop(admission: AdmissionState): void {
  admission.off?.();
  admission.off = null;
  admission.timer?.cancel();
  admission.timer = null;
}
