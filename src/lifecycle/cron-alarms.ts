import nodeCron, { type ScheduledTask } from 'node-cron';
import type { CronLine } from '../lib/cron.ts';

/** Wakes somebody at the moments of cron lines, by the clock of the machine. */
export interface CronAlarms {
  /** From now on these lines count, and no others. */
  set(lines: readonly CronLine[]): void;
  stop(): void;
}

/** How alarms are made; `wake` is called at each moment of each line, and must bear being called without need. */
export type MakeCronAlarms = (wake: () => void) => CronAlarms;

/** One task of node-cron for each line and time zone; the process may end while they wait. */
export const nodeCronAlarms: MakeCronAlarms = (wake) => {
  const tasks = new Map<string, ScheduledTask>();
  const drop = (kept: ReadonlySet<string>): void => {
    for (const [name, task] of tasks) {
      if (kept.has(name)) continue;
      void task.destroy();
      tasks.delete(name);
    }
  };
  const add = (name: string, { pattern, timezone }: CronLine): void => {
    const options = {
      unref: true,
      // A moment that was missed is made up for by the slots, which also look at the clock by themselves.
      suppressMissedWarning: true,
      ...(timezone === null ? {} : { timezone }),
    };
    tasks.set(name, nodeCron.schedule(pattern, wake, options));
  };
  return {
    set(lines) {
      const wanted = new Map(lines.map((line) => [`${line.timezone} ${line.pattern}`, line]));
      drop(new Set(wanted.keys()));
      for (const [name, line] of wanted) if (!tasks.has(name)) add(name, line);
    },
    stop: () => drop(new Set()),
  };
};
