/** What the agents themselves may use: the same rule for every door. People are asked by role (access.ts). */

export type Agents =
  /** Nothing of it. */
  | 'nobody'
  /** On their own session. */
  | 'own'
  /** Only an orchestrator, on the sessions it started. */
  | 'started'
  /** On their own session; an orchestrator also on those it started. */
  | 'own and started'
  /** Only an orchestrator, and it is about no single session. */
  | 'orchestrators';

/** `target`: the session it is about; null: none, or none that exists. */
export function agentMay(
  agents: Agents,
  who: { readonly session: string; readonly orchestrator: boolean },
  target: { readonly id: string; readonly parent: string | null } | null,
): boolean {
  const own = target?.id === who.session;
  const started = who.orchestrator && target?.parent === who.session;
  switch (agents) {
    case 'nobody':
      return false;
    case 'own':
      return own;
    case 'started':
      return started;
    case 'own and started':
      return own || started;
    case 'orchestrators':
      return who.orchestrator;
  }
}
