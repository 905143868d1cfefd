import { notificationOf } from '../chat/words/notification.ts';
import type { Commands } from '../commands/commands.ts';
import type { Reader } from '../commands/reader.ts';
import { spawnEffects } from '../commands/spawn-effect.ts';
import { enqueue } from '../db/outbox-store.ts';
import type { Session } from '../domain/session/session.ts';
import { redactDeep } from '../lib/redact.ts';
import type { AgentWatches } from '../lifecycle/agents.ts';
import type { Dispatch } from '../lifecycle/dispatch.ts';
import { agentEffects } from '../lifecycle/effects/agent-effects.ts';
import { handoverEffects } from '../lifecycle/effects/handover-effect.ts';
import { notifyEffects } from '../lifecycle/effects/notify-effect.ts';
import { scmEffects } from '../lifecycle/effects/scm-effects.ts';
import { sessionEffects } from '../lifecycle/effects/session-effects.ts';
import type { OutboxParts } from '../lifecycle/outbox-parts.ts';
import { auditedEffects } from './audited-effects.ts';
import { notifierProblemJob } from './chat-problems.ts';
import { installationOf } from './installation.ts';
import type { JoinedChat } from './join-chat.ts';
import type { Later } from './later.ts';
import type { Base } from './open-base.ts';

interface EffectWorld {
  readonly dispatch: Dispatch;
  readonly agents: AgentWatches;
  readonly agentEnv: (session: Session) => Readonly<Record<string, string>>;
  readonly commands: Later<Commands>;
  readonly reader: Later<Reader>;
  readonly linkTo: (session: string) => string;
}

/** The handler of each effect, each with its row in the audit log. */
export function createEffects(
  base: Base,
  chat: JoinedChat,
  world: EffectWorld,
): OutboxParts['handlers'] {
  const { options, db, plugins, live, redact, audit } = base;
  const parts = {
    installation: installationOf(db),
    plugins,
    dispatch: world.dispatch,
    agents: world.agents,
    clock: options.clock,
    logger: options.logger,
    agentEnv: world.agentEnv,
    redact,
  };
  return auditedEffects(
    {
      ...sessionEffects(parts),
      ...handoverEffects({ ...parts, db }),
      ...agentEffects(parts),
      ...scmEffects({ ...parts, policyOf: live.policyOf }),
      ...notifyEffects({ ...parts, db, ...notifying(base, world) }),
      ...chat.host.handlers,
      ...spawnEffects({
        dispatch: world.dispatch,
        spawn: (actor, request) => world.commands.get().spawn(actor, request),
      }),
    },
    audit,
  );
}

type Notifying = Pick<Parameters<typeof notifyEffects>[0], 'compose' | 'quietUntil' | 'tell'>;

const notifying = (
  { options: { clock }, db, live, redact }: Base,
  { reader, linkTo }: EffectWorld,
): Notifying => ({
  compose(effect, session) {
    const found = reader.get().session(session);
    return found.ok
      ? redactDeep(notificationOf(redactDeep(effect, redact), found.value, linkTo(session)), redact)
      : null;
  },
  quietUntil: (project, now) => live.policyOf(project).quietUntil(now),
  tell(notifier, problem) {
    const told = { ...problem, message: redact(problem.message) };
    enqueue(db, notifierProblemJob(notifier, told, clock.now()), clock.now());
  },
});
