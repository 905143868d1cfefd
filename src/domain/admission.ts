import type { Millis } from './time.ts';

export interface AdmissionLimits {
  readonly maxSessions: number;
  /** Per project; absent: only the global limit. */
  readonly perProject: Readonly<Record<string, number>>;
}

export interface Waiting {
  readonly id: string;
  readonly project: string;
  readonly since: Millis;
  /** Why it may not start, whatever room there is; takes nobody's place. */
  readonly held?: string | null;
}

export interface AdmissionPlan {
  readonly admit: readonly string[];
  /** Those that stay, in order, with the reason people read. */
  readonly wait: ReadonlyArray<{ readonly id: string; readonly position: number; readonly reason: string }>;
}

/** Who may start now: first come first served, but no project is held up by another one's own limit. */
export function admissionPlan(waiting: readonly Waiting[], live: ReadonlyArray<{ readonly project: string }>, limits: AdmissionLimits): AdmissionPlan {
  const counts = new Map<string, number>();
  for (const session of live) counts.set(session.project, (counts.get(session.project) ?? 0) + 1);
  let total = live.length;
  const admit: string[] = [];
  const wait: Array<{ id: string; position: number; reason: string }> = [];
  for (const next of waiting.toSorted((a, b) => a.since - b.since || a.id.localeCompare(b.id, 'en', { numeric: true }))) {
    const reason = next.held ?? whyWait(next, total, counts, limits);
    if (reason !== null) {
      wait.push({ id: next.id, position: wait.length + 1, reason });
      continue;
    }
    admit.push(next.id);
    total += 1;
    counts.set(next.project, (counts.get(next.project) ?? 0) + 1);
  }
  return { admit, wait };
}

function whyWait(next: Waiting, total: number, counts: ReadonlyMap<string, number>, limits: AdmissionLimits): string | null {
  if (total >= limits.maxSessions) return `${total} of ${limits.maxSessions} sessions are running`;
  const own = limits.perProject[next.project];
  const running = counts.get(next.project) ?? 0;
  return own !== undefined && running >= own ? `${running} of ${own} sessions of ${next.project} are running` : null;
}
