import type { Refusal } from '../domain/session/decision.ts';
import { type Actor, subject } from '../domain/session/ids.ts';

const VERBS = [
  'view',
  'spawn',
  'steer',
  'answer',
  'approve-tool',
  'merge',
  // Typing into an agent's terminal: as much as a shell on the host, as the user that runs ao.
  'terminal',
  'admin',
] as const;
export type Verb = (typeof VERBS)[number];

/** From the config: which verbs a role has, and who has which role. Never by display name. */
export interface AccessConfig {
  readonly roles: Readonly<Record<string, readonly Verb[]>>;
  /** Subject -> role names. */
  readonly users: Readonly<Record<string, readonly string[]>>;
  /** `slack:T…:S…` or `discord:<guild>:<role>` -> role names. */
  readonly groups: Readonly<Record<string, readonly string[]>>;
  /** Further people and groups for one verb. */
  readonly verbs: Readonly<Partial<Record<Verb, readonly string[]>>>;
}

export interface Access {
  /** Null: allowed. Fails closed: whoever is not named may do nothing. */
  refusal(actor: Actor, verb: Verb): Refusal | null;
  /**
   * The configuration is sure to give this person no such right. Somebody who may be in a group, and wasn't seen yet, isn't
   * judged.
   */
  mayNot(subject: string, verb: Verb): boolean;
  /** The groups a person was last seen with on their platform. */
  seen(subject: string, groups: readonly string[]): void;
}

const BUILT_IN: Readonly<Record<string, readonly Verb[]>> = {
  admin: VERBS,
  lead: ['view', 'spawn', 'steer', 'answer', 'approve-tool', 'merge', 'terminal'],
  member: ['view', 'spawn', 'steer', 'answer', 'approve-tool', 'merge'],
  viewer: ['view'],
};

/** Holds the local token, may change every rule, and may be the only person there is. */
export const OPERATOR = 'web:local';

/** The operator, and ao itself. */
const TRUSTED: ReadonlySet<string> = new Set([OPERATOR, 'system:ao']);

/** `configOf` is asked at every question, so that a reloaded configuration counts at once. */
export function createAccess(configOf: () => AccessConfig): Access {
  const groupsOf = new Map<string, readonly string[]>();
  const names = (actor: Actor): readonly string[] => [
    actor.subject,
    ...(actor.groups ?? groupsOf.get(actor.subject) ?? []),
  ];
  const rolesOf = (actor: Actor): readonly string[] => {
    const fromGroups = names(actor)
      .slice(1)
      .flatMap((group) => own(configOf().groups, group) ?? []);
    return [...new Set([...(own(configOf().users, actor.subject) ?? []), ...fromGroups])];
  };
  const allowed = (actor: Actor, verb: Verb): boolean => {
    const verbs = new Set(
      rolesOf(actor).flatMap((role) => own(configOf().roles, role) ?? own(BUILT_IN, role) ?? []),
    );
    const named = (wanted: Verb): boolean =>
      names(actor).some((name) => configOf().verbs[wanted]?.includes(name) === true);
    // Whoever may do anything may see.
    if (verb === 'view' && (verbs.size > 0 || VERBS.some(named))) return true;
    return verbs.has('admin') || verbs.has(verb) || named('admin') || named(verb);
  };
  return {
    mayNot(who, verb) {
      const actor: Actor = { subject: subject(who), name: who, via: 'http' };
      const known = groupsOf.has(who) || !isOfGroups(configOf(), verb);
      return known && !TRUSTED.has(who) && !allowed(actor, verb);
    },
    seen: (who, groups) => void groupsOf.set(who, groups),
    refusal(actor, verb) {
      try {
        return judge(actor, verb);
      } catch {
        // What can't be read gives nobody a right.
        return {
          code: 'AO_ACCESS_DENIED',
          message:
            "You can't do that now: your rights can't be read. Try again; if it stays, ask an admin.",
        };
      }
    },
  };

  function judge(actor: Actor, verb: Verb): Refusal | null {
    if (TRUSTED.has(actor.subject) || allowed(actor, verb)) return null;
    const roles = rolesOf(actor);
    const why =
      roles.length === 0
        ? 'you have no role in ao'
        : `your role (${roles.join(', ')}) does not include "${verb}"`;
    return {
      code: 'AO_ACCESS_DENIED',
      message: `You can't do that here: ${why}. An admin can add ${actor.subject} under access.users in ao.yaml.`,
    };
  }
}

/** Groups can give somebody rights at all, or this one. */
const isOfGroups = ({ groups, verbs }: AccessConfig, verb: Verb): boolean =>
  Object.keys(groups).length > 0 ||
  [...(verbs[verb] ?? []), ...(verbs.admin ?? [])].some((name) =>
    /^(?:slack:[^:]+:S|discord:)/.test(name),
  );

/** Names come from outside: `__proto__` is nobody. */
const own = <T>(table: Readonly<Record<string, T>>, key: string): T | undefined =>
  Object.hasOwn(table, key) ? table[key] : undefined;
