import { localScmConfig } from '../../plugins/scm/local/config.ts';
import { createLocalScm } from '../../plugins/scm/local/local-scm.ts';
import type { KeyValue, ProjectInfo } from '../../src/slots/plugin.ts';
import type { ScmPlugin } from '../../src/slots/scm.ts';
import { type GitRepository, makeRepository } from './git-repository.ts';
import { memoryKeyValue, pluginContext, temporaryFolder } from './plugin-context.ts';

export interface LocalWorld {
  readonly scm: ScmPlugin;
  readonly repository: GitRepository;
  readonly folder: string;
  readonly kv: KeyValue;
  /** Another bot process on the same data. */
  again(checks?: ProjectInfo['checks'], env?: Record<string, string>): ScmPlugin;
  remove(): void;
}

export const check = (
  name: string,
  run: string,
  timeoutMs = 30_000,
  required = true,
): ProjectInfo['checks'][number] => ({ name, run, timeoutMs, required });

/** A real repository with the local scm on it, for tests. */
export async function openWorld(
  options: { checks?: ProjectInfo['checks']; config?: object; env?: Record<string, string> } = {},
): Promise<LocalWorld> {
  const folder = temporaryFolder('scm');
  const repository = makeRepository(folder.path);
  const kv = memoryKeyValue();
  const build = (checks: ProjectInfo['checks'], env: Record<string, string> = {}): ScmPlugin => {
    const project = { id: 'app', repo: repository.path, defaultBranch: 'main', checks };
    const context = pluginContext({ id: 'local:app', folder: folder.path, project, kv });
    return createLocalScm(
      localScmConfig.parse(options.config),
      { ...context, env: { ...context.env, ...options.env, ...env } },
      project,
    );
  };
  return {
    scm: build(options.checks ?? []),
    repository,
    folder: folder.path,
    kv,
    again: (checks = options.checks ?? [], env = {}) => build(checks, env),
    remove: folder.remove,
  };
}
