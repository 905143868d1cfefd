import { delimiter } from 'node:path';
import { eventText } from '../chat/thread/event-text.ts';
import type { Commands } from '../commands/commands.ts';
import type { Reader } from '../commands/reader.ts';
import { withReviewPeople } from '../commands/review-people.ts';
import { viewSession } from '../commands/view-session.ts';
import type { Session } from '../domain/session/session.ts';
import { redactDeep } from '../lib/redact.ts';
import { type AgentWatches, createAgentWatches } from '../lifecycle/agents.ts';
import { createDispatch, type Dispatch } from '../lifecycle/dispatch.ts';
import { createOutbox, type Outbox } from '../lifecycle/outbox.ts';
import type { Addresses } from './addresses.ts';
import { auditOfEvent } from './audit-of-event.ts';
import { createEffects } from './create-effects.ts';
import { forgeOf } from './forge-of.ts';
import type { JoinedChat } from './join-chat.ts';
import type { Later } from './later.ts';
import type { Base } from './open-base.ts';
import { createSessionTokens, type SessionTokens } from './session-tokens.ts';
import { tokenPrice } from './token-price.ts';

/** Decisions, the agents they are about, and the outbox that carries out what was decided. */
export interface JoinedLifecycle {
  readonly dispatch: Dispatch;
  readonly agents: AgentWatches;
  readonly tokens: SessionTokens;
  readonly outbox: Outbox;
}

export function joinLifecycle(
  base: Base,
  chat: JoinedChat,
  addresses: Addresses,
  later: {
    readonly dispatch: Later<Dispatch>;
    readonly commands: Later<Commands>;
    readonly reader: Later<Reader>;
  },
): JoinedLifecycle {
  const { options, db, plugins } = base;
  const { clock, logger, dataDir } = options;
  const dispatch = later.dispatch.set(
    withReviewPeople(joinDispatch(base, chat), {
      db,
      access: base.access,
      forgeOf: (project) => forgeOf(base.config(), project),
    }),
  );
  const tokens = createSessionTokens(options.token, () => dispatch.live(), base.learn);
  const agents = createAgentWatches({
    plugins,
    dispatch,
    clock,
    logger,
    host: { dataDir, url: addresses.local, sessionToken: tokens.of },
  });
  const outbox = createOutbox({
    db,
    together: dispatch.together,
    clock,
    logger,
    ...(options.onStep === undefined ? {} : { onStep: options.onStep }),
    handlers: createEffects(base, chat, {
      dispatch,
      agents,
      agentEnv: agentEnvironment(base, addresses, tokens),
      commands: later.commands,
      reader: later.reader,
      linkTo: addresses.linkTo,
    }),
  });
  return { dispatch, agents, tokens, outbox };
}

function joinDispatch({ options, db, config, live, redact, audit }: Base, chat: JoinedChat) {
  const { clock, logger } = options;
  return createDispatch({
    db,
    clock,
    policyOf: live.policyOf,
    eventText: (event, snapshot) => {
      const policy = live.policyOf(snapshot.session.project);
      const view = viewSession(snapshot, { policy, now: clock.now(), version: 0 });
      return redact(eventText(redactDeep(event, redact), redactDeep(view, redact), clock.now()));
    },
    project(change) {
      for (const row of change.events.flatMap(({ event }) => auditOfEvent(event)))
        audit({ ...row, session: change.after.session.id });
      return chat.host.projection(change);
    },
    dayOf: (at) => live.days().dayOf(at),
    price: tokenPrice(config()),
    logger,
  });
}

/** Complete environment of an agent's process. */
const agentEnvironment =
  ({ options }: Base, addresses: Addresses, tokens: SessionTokens) =>
  (session: Session): Readonly<Record<string, string>> => ({
    ...options.childEnv,
    ...(options.agentBin === null
      ? {}
      : { PATH: `${options.agentBin}${delimiter}${options.childEnv.PATH ?? ''}` }),
    AO_SESSION: session.id,
    AO_URL: addresses.local(),
    AO_TOKEN: tokens.of(session.id),
  });
