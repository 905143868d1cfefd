import { projectSettings } from '../../config/project-settings.ts';
import type { Config } from '../../config/schema/config.ts';
import type { PermissionMode } from '../../domain/session/session.ts';
import { type Finding, warn } from './finding.ts';

/** In which modes an agent keeps itself in its worktree, by the agent's name in ao.yaml. */
export type OwnSandboxes = ReadonlyMap<string, readonly PermissionMode[]>;

/**
 * Projects whose agents are the operator to the machine: no sandbox is around them, and they run as ao's user. The agent that is
 * chosen only when a session starts counts as one without.
 */
export function unsandboxedProjects(config: Config, sandboxes: OwnSandboxes): readonly string[] {
  return Object.keys(config.projects).filter((id) => {
    const { enabled, agent, permissions } = projectSettings(config, id);
    return enabled && !(agent !== null && sandboxes.get(agent)?.includes(permissions));
  });
}

/** One finding that names them all; none when there are none. */
export function examineSandboxes(config: Config, sandboxes: OwnSandboxes): readonly Finding[] {
  const found = unsandboxedProjects(config, sandboxes);
  if (found.length === 0) return [];
  return [
    warn(
      'security',
      `agents of ${found.join(', ')} run without a sandbox as the user that runs ao: what that user may do, they may do, whatever ao's rules say`,
      'Run ao as its own user on a machine or in a container that holds nothing else, protect branches at the forge, or take an agent with its own sandbox (docs/security.md).',
    ),
  ];
}
