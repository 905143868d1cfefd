import type { Clock } from '../../../src/lib/clock.ts';
import { PluginError } from '../../../src/slots/errors.ts';
import type { GitHubClient } from './client.ts';

export type Permission = 'none' | 'read' | 'write' | 'admin' | 'unknown';

export interface Permissions {
  /** Asked now. */
  live(login: string): Promise<Permission>;
  /** For display and prompts: what `association` says without asking where it can, else at most ten minutes old. Never throws. */
  recent(login: string, association: string | null): Promise<Permission>;
}

const AGE = 600_000;
const OUTSIDE: ReadonlySet<string> = new Set([
  'NONE',
  'FIRST_TIMER',
  'FIRST_TIME_CONTRIBUTOR',
  'CONTRIBUTOR',
  'MANNEQUIN',
]);

export function createPermissions(client: GitHubClient, clock: Clock): Permissions {
  const known = new Map<
    string,
    { readonly at: number; readonly permission: Promise<Permission> }
  >();

  const live = async (login: string): Promise<Permission> => {
    try {
      const data = await client.rest('permission', `permission of ${login}`, (octokit, at) =>
        octokit.rest.repos.getCollaboratorPermissionLevel({ ...at, username: login }),
      );
      return level(data.permission);
    } catch (error) {
      if (error instanceof PluginError && error.kind === 'not_found') return 'none';
      // Asking needs push access; without it nothing is known.
      if (error instanceof PluginError && error.code === 'AO_GITHUB_FORBIDDEN') return 'unknown';
      throw error;
    }
  };

  return {
    live,
    async recent(login, association) {
      if (association === 'OWNER') return 'admin';
      if (association !== null && OUTSIDE.has(association)) return 'read';
      const found = known.get(login);
      if (found !== undefined && clock.now() - found.at < AGE) return found.permission;
      const permission = live(login).catch((): Permission => 'unknown');
      known.set(login, { at: clock.now(), permission });
      return permission;
    },
  };
}

function level(permission: string): Permission {
  switch (permission) {
    case 'admin':
    case 'none':
      return permission;
    case 'write':
    case 'maintain':
      return 'write';
    case 'read':
    case 'triage':
      return 'read';
    default:
      return 'unknown';
  }
}
