import { needsRestart } from '../config/needs-restart.ts';
import { projectPolicy } from '../config/project-policy.ts';
import type { Config } from '../config/schema/config.ts';
import type { ProjectPolicy } from '../domain/session/policy.ts';
import { type ZoneDays, zoneDays } from '../lib/zone-days.ts';
import type { ScmPlugin } from '../slots/scm.ts';
import { channelsOf } from './chat-channels.ts';

/** The configuration that is in force now, and what is derived from it. */
export interface LiveConfig {
  readonly current: () => Config;
  /** Days of the configured time zone. */
  readonly days: () => ZoneDays;
  readonly policyOf: (project: string) => ProjectPolicy;
  /** Agents whose program is on this machine: offers of another agent name only those. */
  installed(agents: readonly string[]): void;
  /** Takes `next`, or returns what of it needs a restart; then nothing is taken. */
  replace(next: Config): readonly string[];
}

/** What can be asked of the scm of a project that is gone. */
const NOTHING = { rerun: false, updateBranch: false, review: false } as const;

/** `scm` is null for a project that the configuration does not have any more. */
export function createLiveConfig(
  first: Config,
  scm: (project: string) => ScmPlugin | null,
): LiveConfig {
  let config = first;
  let days = zoneDays(config.timezone ?? null);
  let installed: readonly string[] = [];
  const policies = new Map<string, ProjectPolicy>();
  const makePolicy = (project: string): ProjectPolicy => {
    const { rerun, updateBranch, review } = scm(project)?.capabilities ?? NOTHING;
    const hasChat = channelsOf(config, project).length > 0;
    return projectPolicy(config, project, { rerun, updateBranch, review }, hasChat, installed);
  };
  return {
    current: () => config,
    days: () => days,
    policyOf(project) {
      const policy = policies.get(project) ?? makePolicy(project);
      policies.set(project, policy);
      return policy;
    },
    installed(agents) {
      installed = agents;
      policies.clear();
    },
    replace(next) {
      const fixed = needsRestart(config, next);
      if (fixed.length > 0) return fixed;
      config = next;
      days = zoneDays(config.timezone ?? null);
      policies.clear();
      return [];
    },
  };
}
