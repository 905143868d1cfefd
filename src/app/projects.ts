import { join } from 'node:path';
import { projectSettings } from '../config/project-settings.ts';
import type { Config } from '../config/schema/config.ts';
import { FileRefused } from '../lib/guarded/problem.ts';
import { readTextOrRefuse } from '../lib/guarded/read.ts';
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
      copies: settings.copies,
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
  if (file === undefined) return '';
  return readTextOrRefuse(join(repo, file), { max: 1 << 20 }) ?? missing(join(repo, file));
}

function missing(path: string): never {
  throw new FileRefused({ kind: 'unreadable', path, found: 'missing (agentRulesFile)' });
}
