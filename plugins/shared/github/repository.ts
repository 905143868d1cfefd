import { createRunGit } from '../../../src/git/run-git.ts';
import { gitSetupOf } from '../../../src/git/setup.ts';
import { rejected } from '../../../src/slots/errors.ts';
import type { PluginContext, ProjectInfo } from '../../../src/slots/plugin.ts';
import type { GitHubAccess } from './config.ts';

export interface Slug {
  readonly owner: string;
  readonly repo: string;
}

export const slugText = (slug: Slug): string => `${slug.owner}/${slug.repo}`;

/** owner/name of an address git knows: https, ssh, scp-like; null for anything else. */
export function slugOfRemote(remote: string): Slug | null {
  const path = /^(?:[a-z+]+:\/\/[^/]+\/|[^@\s]+@[^:\s]+:)(.+?)(?:\.git)?\/?$/i.exec(
    remote.trim(),
  )?.[1];
  const parts = path?.split('/').slice(-2) ?? [];
  const [owner, repo] = parts;
  return owner === undefined || repo === undefined ? null : { owner, repo };
}

/** Which repository the project means: configured, else what its remote says. */
export async function slugOfProject(
  access: GitHubAccess,
  project: ProjectInfo,
  context: PluginContext,
): Promise<Slug> {
  const configured = access.repository ?? project.forge?.repository ?? null;
  if (configured !== null) return splitSlug(configured);
  const result = await createRunGit(gitSetupOf(context))(project.repo, [
    'remote',
    'get-url',
    'origin',
  ]);
  const slug = result.ok ? slugOfRemote(result.stdout) : null;
  if (slug === null)
    throw rejected(
      'AO_GITHUB_NO_REPOSITORY',
      `ao does not know which GitHub repository project ${project.id} is: it has no remote "origin". Set repo: owner/name in ao.yaml.`,
    );
  return slug;
}

function splitSlug(text: string): Slug {
  const [owner = '', repo = ''] = text.split('/');
  return { owner, repo };
}
