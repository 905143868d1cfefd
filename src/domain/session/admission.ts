import type { Millis } from './time.ts';

const HOUR = 3_600_000;
const GIB = 2 ** 30;

export interface AdmissionLimits {
  readonly maxSessions: number;
  /** Per project; absent: only the global limit. */
  readonly perProject: Readonly<Record<string, number>>;
  /** Live sessions of one person at once; null: no limit. */
  readonly maxPerUser?: number | null;
  /** Sessions of one person that may begin within an hour; null: no limit. */
  readonly spawnPerHour?: number | null;
  /** What one more agent is expected to need, and what stays free for everything else, bytes; null: memory is not looked at. */
  readonly memory?: { readonly perSession: number; readonly reserve: number } | null;
}

/** The machine as it is now; null where it can't be told. */
export interface Machine {
  /** Memory that could be had without swapping, bytes. */
  readonly available: number;
  /** Share of the last ten seconds in which something waited for memory, in per cent; null: unknown. */
  readonly pressure: number | null;
}

export interface Waiting {
  readonly id: string;
  readonly project: string;
  /** Whose it is for the limits per person; null: nobody's. */
  readonly user?: string | null;
  /** Their name, for the reason. */
  readonly who?: string;
  readonly since: Millis;
  /** Why it may not start, whatever room there is; takes nobody's place. */
  readonly held?: string | null;
  /** Its agent will run on another machine. */
  readonly elsewhere?: boolean;
}

export interface Running {
  readonly project: string;
  readonly user?: string | null;
  /** Resident memory of its processes, bytes; null: not known yet. */
  readonly rss?: number | null;
  readonly elsewhere?: boolean;
}

/** A session that was let in, live or not any more. */
export interface Admitted {
  readonly project: string;
  readonly user: string | null;
  readonly at: Millis;
}

export interface AdmissionState {
  readonly waiting: readonly Waiting[];
  readonly live: readonly Running[];
  readonly admitted?: readonly Admitted[];
  readonly machine?: Machine | null;
  readonly now?: Millis;
}

export interface AdmissionPlan {
  /** In the order in which they start. */
  readonly admit: readonly string[];
  /** Those that stay, in the order in which places will go to them, with the reason people read. */
  readonly wait: ReadonlyArray<{
    readonly id: string;
    readonly position: number;
    readonly reason: string;
  }>;
}

/** Memory was waited for in more than this share of the last ten seconds, per cent: nothing more begins. */
const PRESSURE = 20;

/**
 * Who may start now. Projects take turns: the one that was let in longest ago goes first. Within a project it is first come first served, but
 * nobody stands in line behind a limit that is somebody else's.
 */
export function admissionPlan(state: AdmissionState, limits: AdmissionLimits): AdmissionPlan {
  const room = openRoom(state, limits);
  const turns = turnsOf(state);
  let waiting = state.waiting.toSorted(
    (a, b) => a.since - b.since || a.id.localeCompare(b.id, 'en', { numeric: true }),
  );
  const admit: string[] = [];
  for (;;) {
    const next = turns.next(waiting.filter((session) => room.whyNot(session) === null));
    if (next === null) break;
    room.take(next);
    admit.push(next.id);
    waiting = waiting.filter((session) => session !== next);
  }
  const wait: Array<{ id: string; position: number; reason: string }> = [];
  for (let next = turns.next(waiting); next !== null; next = turns.next(waiting)) {
    const session = next;
    wait.push({
      id: session.id,
      position: wait.length + 1,
      reason: room.whyNot(session) ?? 'starts next',
    });
    waiting = waiting.filter((other) => other !== session);
  }
  return { admit, wait };
}

/** Whose turn it is; being next moves a project to the end. */
function turnsOf(state: AdmissionState): { next(waiting: readonly Waiting[]): Waiting | null } {
  const last = new Map<string, number>();
  for (const { project, at } of state.admitted ?? [])
    last.set(project, Math.max(at, last.get(project) ?? 0));
  let later = Math.max(0, ...last.values());
  return {
    next(waiting) {
      const heads = [...Map.groupBy(waiting, (session) => session.project).values()].flatMap(
        ([head]) => (head === undefined ? [] : [head]),
      );
      const [next] = heads.toSorted(
        (a, b) =>
          (last.get(a.project) ?? 0) - (last.get(b.project) ?? 0) ||
          a.since - b.since ||
          a.project.localeCompare(b.project),
      );
      if (next === undefined) return null;
      later += 1;
      last.set(next.project, later);
      return next;
    },
  };
}

interface Room {
  /** Why a session can't have a place; null: it can. */
  whyNot(session: Waiting): string | null;
  take(session: Waiting): void;
}

function openRoom(state: AdmissionState, limits: AdmissionLimits): Room {
  const now = state.now ?? 0;
  let total = state.live.length;
  const perProject = countBy(state.live.map((session) => session.project));
  const perUser = countBy(state.live.flatMap((session) => session.user ?? []));
  const lately = countBy(
    (state.admitted ?? []).flatMap(({ user, at }) =>
      user === null || at <= now - HOUR ? [] : [user],
    ),
  );
  const memory = memoryRoom(state, limits);

  const whyNot = (session: Waiting): string | null => {
    if (session.held != null) return session.held;
    if (total >= limits.maxSessions)
      return `${total} of ${limits.maxSessions} sessions are running`;
    return projectsLimit(session) ?? personsLimit(session) ?? memory.whyNot(session);
  };
  const projectsLimit = ({ project }: Waiting): string | null => {
    const own = limits.perProject[project];
    const running = perProject.get(project) ?? 0;
    return own !== undefined && running >= own
      ? `${running} of ${own} sessions of ${project} are running`
      : null;
  };
  const personsLimit = ({ user, who = 'one person' }: Waiting): string | null => {
    if (user == null) return null;
    const running = perUser.get(user) ?? 0;
    const begun = lately.get(user) ?? 0;
    const { maxPerUser = null, spawnPerHour = null } = limits;
    if (maxPerUser !== null && running >= maxPerUser)
      return `${running} of ${maxPerUser} sessions of ${who} are running`;
    return spawnPerHour !== null && begun >= spawnPerHour
      ? `${who} started ${begun} of ${spawnPerHour} sessions within an hour`
      : null;
  };

  return {
    whyNot,
    take(session) {
      total += 1;
      add(perProject, session.project);
      if (session.user != null) {
        add(perUser, session.user);
        add(lately, session.user);
      }
      memory.take(session);
    },
  };
}

/** What is available, less what stays free, less what those that run are still expected to grow by. The first one always gets its place. */
function memoryRoom(
  { live, machine = null }: AdmissionState,
  { memory = null }: AdmissionLimits,
): Room {
  const here = live.filter((session) => session.elsewhere !== true);
  if (memory === null || machine === null) return { whyNot: () => null, take() {} };
  let running = here.length;
  let free =
    machine.available -
    memory.reserve -
    here.reduce((sum, session) => sum + Math.max(0, memory.perSession - (session.rss ?? 0)), 0);
  return {
    whyNot(session) {
      if (session.elsewhere === true || running === 0) return null;
      if (machine.pressure !== null && machine.pressure > PRESSURE)
        return `the machine is short of memory (${Math.round(machine.pressure)} % of the time something waits for it)`;
      return free >= memory.perSession
        ? null
        : `too little memory: one more needs ${gib(memory.perSession)}, ${gib(Math.max(0, free))} can be given`;
    },
    take(session) {
      if (session.elsewhere === true) return;
      running += 1;
      free -= memory.perSession;
    },
  };
}

const gib = (bytes: number): string => `${(bytes / GIB).toFixed(1)} GB`;

const add = (counts: Map<string, number>, key: string): void =>
  void counts.set(key, (counts.get(key) ?? 0) + 1);

function countBy(keys: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const key of keys) add(counts, key);
  return counts;
}
