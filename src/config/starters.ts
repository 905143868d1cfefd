import type { Config } from './schema/config.ts';

/** `schedules` with everything filled in; those of a project that is switched off start nothing. */
export const schedulesOf = (config: Config) =>
  config.schedules
    .filter(({ project }) => config.projects[project]?.enabled === true)
    .map(({ name, cron, timezone, project, prompt, agent, model, base, whileRunning }) => ({
      name: name ?? null,
      cron,
      timezone: timezone ?? config.timezone ?? null,
      project,
      prompt,
      agent: agent ?? null,
      model: model ?? null,
      base: base ?? null,
      whileRunning,
    }));

/** Projects whose labelled issues start by themselves. */
export const triggersOf = (config: Config) =>
  Object.entries(config.projects)
    .filter(([, { enabled, trigger }]) => enabled && trigger.enabled)
    .map(([project, { trigger }]) => ({
      project,
      label: trigger.label,
      interval: trigger.interval,
    }));
