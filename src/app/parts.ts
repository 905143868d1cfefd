import { raiseNumber } from '../db/sequence.ts';
import { priceUnpriced } from '../db/usage-store.ts';
import type { Http } from '../http/create-http.ts';
import { type Listening, listen } from '../http/listen.ts';
import type { Project } from '../lifecycle/plugins.ts';
import { reconcile } from '../lifecycle/recovery.ts';
import type { Inbound } from '../slots/chat.ts';
import type { ChatCatalogue } from '../slots/chat-catalogue.ts';
import type { Addresses } from './addresses.ts';
import { createAuditAnchoring } from './audit-anchoring.ts';
import { holdUnreachable } from './hold-unreachable.ts';
import { createHousekeeping } from './housekeeping.ts';
import type { JoinedChat } from './join-chat.ts';
import type { JoinedLifecycle } from './join-lifecycle.ts';
import { type JoinedObservers, running } from './join-observers.ts';
import { lookForLost } from './lost-threads.ts';
import type { Base } from './open-base.ts';
import type { Part } from './run-parts.ts';
import { createTakenNumbers } from './taken-numbers.ts';
import { tokenPrice } from './token-price.ts';

interface Joined {
  readonly base: Base;
  readonly addresses: Addresses;
  readonly chat: JoinedChat;
  readonly lifecycle: JoinedLifecycle;
  readonly observers: JoinedObservers;
  readonly http: Http;
  readonly catalogue: ChatCatalogue;
  /** What is started last. */
  readonly more: readonly Part[];
}

/** All that runs, in the order in which it is started; stopped in reverse, so that the database is closed last. */
export function partsOf(joined: Joined): readonly Part[] {
  // What an earlier process left to be dealt with waits until everything it may need is there.
  const ready = Promise.withResolvers<void>();
  const inbound: Inbound = (input) => ready.promise.then(() => joined.chat.host.inbound(input));
  return [
    theDatabase(joined),
    { name: 'housekeeping', ...running(createHousekeeping(housekeepingParts(joined.base))) },
    ...joined.chat.chats.map(
      (chat): Part => ({
        name: `chat ${chat.platform}`,
        start: () =>
          chat.start(inbound, joined.catalogue, {
            back() {
              joined.chat.host.back(chat.platform);
              joined.lifecycle.outbox.wake();
            },
            lost(where) {
              const { db, options } = joined.base;
              lookForLost(db, options.clock, chat.platform, where);
              joined.lifecycle.outbox.wake();
            },
          }),
        stop: () => chat.stop(),
      }),
    ),
    thePlugins(joined),
    takenNumbers(joined.base),
    { name: 'sessions out of reach', start: () => holdRemoved(joined) },
    { name: 'agents', stop: () => joined.lifecycle.agents.closeAll() },
    // Effects begin once the world was looked at, and end after the door is shut.
    { name: 'outbox', stop: () => joined.lifecycle.outbox.stop() },
    theDoor(joined),
    { name: 'recovery', start: () => recover(joined) },
    { name: 'effects', start: () => joined.lifecycle.outbox.start() },
    ...joined.observers.parts,
    ...joined.more,
    { name: 'inbox', start: () => ready.resolve() },
  ];
}

const housekeepingParts = ({ db, config, options: { clock } }: Base) => ({
  db,
  clock,
  retention: () => {
    const { retention, lifecycle } = config();
    // A session that may still be brought back is kept whole.
    const undo = lifecycle.undoDays * 86_400_000;
    return {
      events: Math.max(retention.events, undo),
      effects: Math.max(retention.effects, undo),
    };
  },
});

const theDatabase = ({ base, lifecycle: { dispatch, outbox } }: Joined): Part => {
  const { clock, logger, dataDir } = base.options;
  const anchoring = createAuditAnchoring({ db: base.db, dataDir, clock, logger });
  return {
    name: 'database',
    start() {
      base.auditAo('start', `version ${base.options.version}`);
      anchoring.start();
      dispatch.onChange(() => outbox.wake());
      priceUnpriced(base.db, tokenPrice(base.config()));
    },
    stop() {
      try {
        base.auditAo('stop', '');
        anchoring.stop();
      } finally {
        // A full disk must not keep the lock.
        base.close();
      }
    },
  };
};

const thePlugins = ({ base: { plugins, live } }: Joined): Part => ({
  name: 'plugins',
  async start() {
    await plugins.start();
    // In the background: asking programs for their version takes seconds, and nothing waits for it but an offer.
    void plugins.installedAgents().then(live.installed);
  },
  stop: () => plugins.stop(),
});

const listAll = async (plugins: Base['plugins'], { id, repo }: Project) =>
  (await Promise.all(plugins.workspaces(id).map((workspace) => workspace.list(repo)))).flat();

function takenNumbers({ options, db, plugins }: Base): Part {
  const { clock, logger, projects } = options;
  const numbers = createTakenNumbers({
    clock,
    logger,
    projects,
    runtimes: () => plugins.runtimes(),
    workspaces: (project) => listAll(plugins, project),
    raise: (prefix, highest) => raiseNumber(db, prefix, highest),
  });
  return { name: 'taken numbers', start: () => numbers.look(), stop: () => numbers.stop() };
}

function theDoor({ base: { options }, addresses, http }: Joined): Part {
  const open: { door?: Listening } = {};
  return {
    name: 'http',
    async start() {
      open.door = await listen(http.app, { host: options.host, port: options.port });
      addresses.listensOn(open.door.port);
    },
    async stop() {
      await open.door?.close();
      http.stop();
    },
  };
}

const holdRemoved = ({ base, lifecycle }: Joined): void =>
  holdUnreachable(lifecycle.dispatch, base.isConfigured, base.plugins);

async function recover({ base, chat, lifecycle, observers }: Joined): Promise<void> {
  const { clock, logger } = base.options;
  const recovered = await reconcile({
    plugins: base.plugins,
    dispatch: lifecycle.dispatch,
    agents: lifecycle.agents,
    clock,
    logger,
    openThread: chat.host.openThreads,
    room: observers.admission.planAgain,
  });
  if (Object.values(recovered).some((n) => n > 0))
    logger.info(recovered, 'sessions found at start');
}
