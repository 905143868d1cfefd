import type { Priority } from '../domain/session/policy.ts';
import type { Config } from './schema/config.ts';

/** Names of the notifiers a project's message of this priority goes to: the project's own route, its own notifiers, the common route, the common notifiers. */
export function notifierNames(
  config: Config,
  projectId: string,
  priority: Priority,
): readonly string[] {
  const project = config.projects[projectId];
  const names =
    project?.notificationRouting[priority] ??
    project?.notifiers ??
    config.notificationRouting[priority] ??
    config.defaults.notifiers;
  return [...new Set(names)];
}

/** Every notifier that is configured, or that something is routed to. */
export function notifiersInUse(config: Config): readonly string[] {
  const routes = [
    config.notificationRouting,
    ...Object.values(config.projects).map((project) => project.notificationRouting),
  ];
  const named = [
    config.defaults.notifiers,
    ...Object.values(config.projects).map((project) => project.notifiers ?? []),
  ];
  return [
    ...new Set([
      ...Object.keys(config.notifiers),
      ...named.flat(),
      ...routes.flatMap((route) => Object.values(route).flatMap((names) => names ?? [])),
    ]),
  ];
}
