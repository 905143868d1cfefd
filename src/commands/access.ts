import type { Refusal } from '../domain/decision.ts';
import type { Actor } from '../domain/ids.ts';

export const VERBS = ['view', 'spawn', 'steer', 'answer', 'approve-tool', 'merge', 'admin'] as const;
export type Verb = (typeof VERBS)[number];

/** From the config: which verbs a role has, and who has which role. Never by display name. */
export interface AccessConfig {
  readonly roles: Readonly<Record<string, readonly Verb[]>>;
  /** Subject -> role. */
  readonly users: Readonly<Record<string, string>>;
  /** Slack user group or Discord role id -> role. */
  readonly groups: Readonly<Record<string, string>>;
}

export interface Access {
  /** Null: allowed. Fails closed: whoever is not named may do nothing. */
  refusal(actor: Actor, verb: Verb): Refusal | null;
}

const BUILT_IN: Readonly<Record<string, readonly Verb[]>> = {
  admin: VERBS,
  member: ['view', 'spawn', 'steer', 'answer', 'approve-tool', 'merge'],
  viewer: ['view'],
};

/** Those who hold the local token, and ao itself. */
const TRUSTED = new Set(['web:local', 'system:ao']);

export function createAccess(config: AccessConfig): Access {
  const rolesOf = (actor: Actor): readonly string[] => {
    const groups = (actor.groups ?? []).map((group) => config.groups[group]);
    return [config.users[actor.subject], ...groups].filter((role): role is string => role !== undefined);
  };
  const verbsOf = (actor: Actor): ReadonlySet<Verb> => new Set(rolesOf(actor).flatMap((role) => config.roles[role] ?? BUILT_IN[role] ?? []));
  return {
    refusal(actor, verb) {
      if (TRUSTED.has(actor.subject)) return null;
      const verbs = verbsOf(actor);
      if (verbs.has('admin') || verbs.has(verb)) return null;
      const roles = rolesOf(actor);
      const why = roles.length === 0 ? 'you have no role in ao' : `your role (${roles.join(', ')}) does not include "${verb}"`;
      return { code: 'AO_ACCESS_DENIED', message: `You can't do that here: ${why}. An admin can add ${actor.subject} under access.users in ao.yaml.` };
    },
  };
}
