import type { PermissionMode } from '../domain/session/session.ts';
import type { Config, ProjectConfig } from './schema/config.ts';
import { projectSchema } from './schema/project.ts';

/** Prefix of session ids when none is configured: the letters and digits of the project id. */
export function derivedPrefix(id: string): string {
  return (
    id
      .toLowerCase()
      .replaceAll(/[^a-z0-9]/g, '')
      .slice(0, 16) || 'ao'
  );
}

/** One project with everything filled in that `defaults` says for it. */
export interface ProjectSettings
  extends Omit<
    ProjectConfig,
    'agent' | 'runtime' | 'workspace' | 'name' | 'sessionPrefix' | 'verbosity'
  > {
  readonly id: string;
  readonly name: string;
  readonly sessionPrefix: string;
  /** Null: the first agent that is installed. */
  readonly agent: string | null;
  readonly runtime: string;
  readonly workspace: string;
  readonly trackerPlugin: string;
  readonly scmPlugin: string;
  readonly model: string | null;
  readonly permissions: PermissionMode;
  readonly verbosity: 'quiet' | 'normal' | 'verbose';
}

/** A project that was taken out of the configuration has the defaults: what is known of its sessions can still be shown. */
export function projectSettings(config: Config, id: string): ProjectSettings {
  const project = config.projects[id] ?? projectSchema.parse({ path: '.' });
  const { defaults } = config;
  return {
    ...project,
    id,
    name: project.name ?? id,
    sessionPrefix: project.sessionPrefix ?? derivedPrefix(id),
    agent: project.agent ?? defaults.worker.agent ?? defaults.agent ?? null,
    runtime: project.runtime ?? defaults.runtime,
    workspace: project.workspace ?? defaults.workspace,
    trackerPlugin: project.tracker.plugin ?? defaults.tracker,
    scmPlugin: project.scm.plugin ?? defaults.scm,
    model: project.agentConfig.model ?? defaults.worker.model ?? defaults.model ?? null,
    permissions: project.agentConfig.permissions ?? defaults.permissions,
    verbosity: project.verbosity ?? defaults.verbosity,
  };
}
