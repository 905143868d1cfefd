import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectSettings } from '../config/project-settings.ts';
import type { Config } from '../config/schema/config.ts';
import type { Project } from '../lifecycle/plugins.ts';

/** The configured projects as the lifecycle needs them. `fallbackAgent`: the first agent that is installed. */
export function projectsOf(
  config: Config,
  defaultBranches: Readonly<Record<string, string>>,
  fallbackAgent: string,
): readonly Project[] {
  return Object.keys(config.projects).map((id) => {
    const settings = projectSettings(config, id);
    return {
      id,
      name: settings.name,
      repo: settings.path,
      defaultBranch: settings.defaultBranch ?? defaultBranches[id] ?? 'main',
      prefix: settings.sessionPrefix,
      agent: settings.agent ?? fallbackAgent,
      model: settings.model,
      permissions: settings.agentConfig.permissions ?? null,
      agentArgs: settings.agentConfig.args,
      agentEnv: settings.agentConfig.env,
      rules: {
        text: [
          config.defaults.worker.rules ?? '',
          settings.agentRules ?? '',
          rulesFile(settings.path, settings.agentRulesFile),
        ]
          .filter((part) => part.trim() !== '')
          .join('\n\n'),
        replaceSteps: settings.agentRulesReplace,
      },
      orchestrator: orchestratorOf(config),
      symlinks: settings.symlinks,
      postCreate: settings.postCreate,
      postCreateTimeoutMs: settings.postCreateTimeout,
      branchNamespace: settings.branchNamespace,
      maxSessions: settings.maxSessions ?? null,
      enabled: settings.enabled,
    };
  });
}

const orchestratorOf = ({ defaults: { orchestrator } }: Config): Project['orchestrator'] => ({
  agent: orchestrator.agent ?? null,
  model: orchestrator.model ?? null,
  rules: orchestrator.rules ?? '',
});

function rulesFile(repo: string, file: string | undefined): string {
  return file === undefined ? '' : readFileSync(join(repo, file), 'utf8');
}
