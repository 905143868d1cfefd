import { dirname } from 'node:path';
import type { Session } from '../../domain/session/session.ts';
import { packageRoot } from '../../lib/package-root.ts';
import type { AgentSessionInfo, LaunchPlan } from '../../slots/agent.ts';
import type { RuntimeSpec } from '../../slots/runtime.ts';
import type { EffectParts } from './effect-handler.ts';

/** What a launch hands to the runtime. */
export function runtimeSpec(
  parts: EffectParts,
  session: Session,
  info: AgentSessionInfo,
  plan: LaunchPlan,
): RuntimeSpec {
  return {
    id: session.id,
    cwd: info.cwd,
    argv: plan.argv,
    env: { ...parts.agentEnv(session), ...info.env, ...plan.env },
    paths: pathsOf(parts, session, info),
    key: `${parts.installation} ${session.id} ${info.launch}`,
    columns: 200,
    rows: 50,
  };
}

/** Where the runtime has a file system of its own, this is what it must share for git, hooks and `ao` to work. */
function pathsOf(
  { plugins }: EffectParts,
  session: Session,
  { cwd, stateDir }: AgentSessionInfo,
): NonNullable<RuntimeSpec['paths']> {
  const folders =
    session.workspace === null ? [] : (plugins.workspace(session).folders?.(cwd) ?? []);
  // Each agent of a session has a folder of its own below the first one's.
  const state = session.handovers.length === 0 ? stateDir : dirname(stateDir);
  return [
    ...folders.map((path) => ({ path, write: true })),
    { path: state, write: true },
    { path: packageRoot(), write: false },
  ];
}
