import { createHash, createHmac, randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { createCatalogue } from '../chat/answers/suggestions.ts';
import { eventText } from '../chat/thread/event-text.ts';
import { notificationOf } from '../chat/words/notification.ts';
import { createAccess } from '../commands/access.ts';
import { createAgentForge } from '../commands/agent-forge.ts';
import type { Commands } from '../commands/commands.ts';
import { createCommands } from '../commands/create-commands.ts';
import { spawnEffects } from '../commands/spawn-effect.ts';
import { viewSession } from '../commands/view-session.ts';
import type { EventView } from '../commands/views.ts';
import { admissionLimits } from '../config/admission-limits.ts';
import { projectPolicy } from '../config/project-policy.ts';
import { projectSettings } from '../config/project-settings.ts';
import type { Config } from '../config/schema/config.ts';
import { appendAudit } from '../db/audit-store.ts';
import { readEvents } from '../db/event-store.ts';
import { kvStore } from '../db/kv-store.ts';
import { type Db, lockDataDir, openDatabase } from '../db/open.ts';
import { enqueue, outboxDepth } from '../db/outbox-store.ts';
import { lastSeq, raiseNumber } from '../db/sequence.ts';
import { sessionsChangedAfter } from '../db/session-store.ts';
import { priceUnpriced } from '../db/usage-store.ts';
import { webMessageStore } from '../db/web-message-store.ts';
import type { AuditEntry } from '../domain/session/audit.ts';
import { type Actor, subject } from '../domain/session/ids.ts';
import type { ProjectPolicy } from '../domain/session/policy.ts';
import type { Session } from '../domain/session/session.ts';
import { createHttp } from '../http/create-http.ts';
import type { Change, HttpDeps } from '../http/deps.ts';
import { type Listening, listen } from '../http/listen.ts';
import { createMetrics } from '../http/metrics.ts';
import { createOpenPty } from '../http/pty.ts';
import type { Clock } from '../lib/clock.ts';
import { readMemory } from '../lib/memory.ts';
import { createRedact, redactDeep } from '../lib/redact.ts';
import { err, ok } from '../lib/result.ts';
import { zoneDays } from '../lib/zone-days.ts';
import { createAdmission } from '../lifecycle/admission.ts';
import { createAgentWatches } from '../lifecycle/agents.ts';
import { createCronSlots } from '../lifecycle/cron-slots.ts';
import { createDispatch } from '../lifecycle/dispatch.ts';
import { agentEffects } from '../lifecycle/effects/agent-effects.ts';
import { handoverEffects } from '../lifecycle/effects/handover-effect.ts';
import { notifyEffects } from '../lifecycle/effects/notify-effect.ts';
import { scmEffects } from '../lifecycle/effects/scm-effects.ts';
import { sessionEffects } from '../lifecycle/effects/session-effects.ts';
import { createIdleSleep } from '../lifecycle/idle-sleep.ts';
import { measureMemory } from '../lifecycle/measure-memory.ts';
import { createBudgets } from '../lifecycle/observe/budgets.ts';
import { createChildrenObserver } from '../lifecycle/observe/children.ts';
import { createProjectObserver } from '../lifecycle/observe/projects.ts';
import { createPullRequestObserver } from '../lifecycle/observe/pull-requests.ts';
import { createRuntimeObserver } from '../lifecycle/observe/runtimes.ts';
import { createOutbox, type OutboxParts } from '../lifecycle/outbox.ts';
import type { Project } from '../lifecycle/plugins.ts';
import { reconcile } from '../lifecycle/recovery.ts';
import { createTimers } from '../lifecycle/timers.ts';
import type { ChatPlugin } from '../slots/chat.ts';
import type { Logger, PluginDefinition } from '../slots/plugin.ts';
import { createWebChat } from '../web/index.ts';
import { auditOfEvent } from './audit-of-event.ts';
import { auditedEffects } from './audited-effects.ts';
import { auditedForges } from './audited-forges.ts';
import { createCharts } from './charts.ts';
import { channelsOf, type PlatformChannel, projectOfChannel } from './chat-channels.ts';
import { createChatHost, personBySubject } from './chat-host.ts';
import { notifierProblemJob } from './chat-problems.ts';
import { createDigests } from './digests.ts';
import { forgeOf } from './forge-of.ts';
import { createHousekeeping } from './housekeeping.ts';
import { knownSecrets } from './known-secrets.ts';
import { createPluginInstances } from './plugin-instances.ts';
import { holdRemovedProjects } from './removed-projects.ts';
import { createStarters } from './starters.ts';
import { createTakenNumbers } from './taken-numbers.ts';
import { tokenPrice } from './token-price.ts';
import { createWebhooks } from './webhooks.ts';

export interface AppOptions {
  readonly config: Config;
  readonly projects: readonly Project[];
  readonly definitions: readonly PluginDefinition[];
  readonly dataDir: string;
  readonly migrations: string;
  readonly pageDir: string | null;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Complete environment of children: agents, checks, git. */
  readonly childEnv: Readonly<Record<string, string>>;
  /** Folder of what agents find first on their PATH; null: nothing of ours. */
  readonly agentBin: string | null;
  /** Admin token. */
  readonly token: string;
  /** What a reverse proxy proves itself with; only used with `auth.proxyHeader`. */
  readonly proxyToken?: string;
  readonly secrets: Iterable<string>;
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  readonly version: string;
  readonly demo: boolean;
  /** Told before and after each effect. */
  readonly onStep?: OutboxParts['onStep'];
}

export interface App {
  start(): Promise<Started>;
  /** Agents go on. */
  stop(): Promise<void>;
  /**
   * Takes a changed configuration for everything that is read at the time of use: reactions, merge and access policy,
   * lifecycle, limits. Returns what of it needs a restart; then nothing is taken.
   */
  reload(config: Config): readonly string[];
  /** A changed configuration could not even be read. */
  reloadFailed(reason: string): void;
  readonly commands: Commands;
  readonly admin: Actor;
}

export interface Started {
  readonly url: string;
  readonly port: number;
  /** One-time path that signs a browser in. */
  readonly loginPath: () => string;
}

/** Another bot has this data directory. */
export class DataDirTaken extends Error {}

/** Last part of the address; each scm plugin has its own unless a project names another. */
const webhookName = ({ scm, scmPlugin }: ReturnType<typeof projectSettings>): string =>
  scm.webhook?.path?.slice('/webhooks/'.length) ?? scmPlugin;

/** What can be asked of the scm of a project that is gone. */
const NOTHING = { rerun: false, updateBranch: false, review: false } as const;

const ADMIN: Actor = { subject: subject('web:local'), name: 'you', via: 'web' };
/** How often runtimes are looked at besides their pushes, ms. */
const RUNTIME_ROUND = 1_000;

/** Wires everything, starts nothing. The database is opened and locked here, because nothing can be wired without it. */
export function createApp(options: AppOptions): App {
  const { clock, logger, dataDir, projects } = options;
  let { config } = options;
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const lock = lockDataDir(dataDir);
  if (lock === null) throw new DataDirTaken(`Another ao uses ${dataDir}.`);
  let db: Db;
  try {
    db = openDatabase(join(dataDir, 'ao.db'), options.migrations);
  } catch (error) {
    lock.release();
    throw error;
  }
  let days = zoneDays(config.timezone ?? null);
  const price = tokenPrice(config);
  const redact = createRedact(
    knownSecrets(
      config,
      options.secrets,
      options.token,
      ...(options.proxyToken === undefined ? [] : [options.proxyToken]),
    ),
  );
  const audit = (entry: Omit<AuditEntry, 'at'>): void =>
    appendAudit(db, { ...entry, detail: redact(entry.detail), at: clock.now() });
  const auditAo = (action: string, detail: string, allowed = true): void =>
    audit({ subject: 'system:ao', via: 'system', action, session: null, detail, allowed });
  const plugins = auditedForges(
    createPluginInstances({
      config,
      current: () => config,
      definitions: options.definitions,
      projects,
      kvOf: (namespace) => kvStore(db, namespace),
      dataDir,
      clock,
      logger,
      env: options.childEnv,
    }),
    audit,
  );

  let installed: readonly string[] = [];
  const isConfigured = (project: string): boolean => projects.some(({ id }) => id === project);
  const policies = new Map<string, ProjectPolicy>();
  const policyOf = (project: string): ProjectPolicy => {
    const known = policies.get(project);
    if (known !== undefined) return known;
    const { rerun, updateBranch, review } = isConfigured(project)
      ? plugins.scm(project).capabilities
      : NOTHING;
    const policy = projectPolicy(
      config,
      project,
      { rerun, updateBranch, review },
      channelsOf(config, project).length > 0,
      installed,
    );
    policies.set(project, policy);
    return policy;
  };

  const messages = webMessageStore(db);
  const webChannels = (): readonly string[] => [
    'general',
    ...projects.map((project) => project.id),
  ];
  const webChat = createWebChat({ store: messages, clock, channels: webChannels });
  const chats: readonly ChatPlugin[] = [webChat, ...plugins.chats()];
  const access = createAccess(() => config.access);

  let listening: Listening | null = null;
  const localUrl = (): string =>
    `http://${reachable(options.host)}:${listening?.port ?? options.port}`;
  const baseUrl = (): string => config.publicUrl?.replace(/\/$/, '') ?? localUrl();
  const linkTo = (session: string): string => `${baseUrl()}/#/board/s/${session}`;

  const charts = createCharts({ folder: join(dataDir, 'charts'), logger, now: () => clock.now() });
  const channelsOfProject = (project: string): readonly PlatformChannel[] => [
    { platform: 'web', channel: project },
    ...channelsOf(config, project),
  ];
  const chatHost = createChatHost({
    db,
    clock,
    dataDir,
    chats: () => chats,
    dispatch: () => dispatch,
    commands: () => commands,
    access,
    policyOf,
    verbosityOf: (project) => projectSettings(config, project).verbosity,
    channelsOf: channelsOfProject,
    linkTo,
    publicAddress: () => config.publicUrl !== undefined,
    redact,
    chart: (series) => charts.draw(series),
    audit,
  });

  const dispatch = createDispatch({
    db,
    clock,
    policyOf,
    eventText: (event, snapshot) =>
      redact(
        eventText(
          event,
          viewSession(snapshot, {
            policy: policyOf(snapshot.session.project),
            now: clock.now(),
            version: 0,
          }),
          clock.now(),
        ),
      ),
    project(change) {
      for (const row of change.events.flatMap(({ event }) => auditOfEvent(event)))
        audit({ ...row, session: change.after.session.id });
      return chatHost.projection(change);
    },
    dayOf: (at) => days.dayOf(at),
    price,
    logger,
  });

  const secret = createHash('sha256').update(`session tokens of ${options.token}`).digest();
  // The prefix lets it be known, and masked, wherever it turns up.
  const sessionToken = (session: string): string =>
    `ao_s_${createHmac('sha256', secret).update(session).digest('base64url')}`;
  const tokenHashes = new Map<string, string>();
  const sessionOfToken = (
    sha256: string,
  ): { session: string; role: 'worker' | 'orchestrator' } | null => {
    const found = dispatch.live().find(({ session }) => {
      const hash =
        tokenHashes.get(session.id) ??
        createHash('sha256').update(sessionToken(session.id)).digest('hex');
      tokenHashes.set(session.id, hash);
      return hash === sha256;
    });
    return found === undefined ? null : { session: found.session.id, role: found.session.role };
  };

  const agents = createAgentWatches({
    plugins,
    dispatch,
    clock,
    logger,
    host: { dataDir, url: localUrl, sessionToken },
  });
  const agentEnv = (session: Session): Readonly<Record<string, string>> => ({
    ...options.childEnv,
    ...(options.agentBin === null
      ? {}
      : { PATH: `${options.agentBin}${delimiter}${options.childEnv.PATH ?? ''}` }),
    AO_SESSION: session.id,
    AO_URL: localUrl(),
    AO_TOKEN: sessionToken(session.id),
  });

  const effectParts = {
    installation: installationOf(db),
    plugins,
    dispatch,
    agents,
    clock,
    logger,
    agentEnv,
    redact,
  };
  const outbox = createOutbox({
    db,
    together: dispatch.together,
    clock,
    logger,
    ...(options.onStep === undefined ? {} : { onStep: options.onStep }),
    handlers: auditedEffects(
      {
        ...sessionEffects(effectParts),
        ...handoverEffects({ ...effectParts, db }),
        ...agentEffects(effectParts),
        ...scmEffects({ ...effectParts, policyOf }),
        ...notifyEffects({
          ...effectParts,
          db,
          compose(effect, session) {
            const found = commands.session(session);
            return found.ok
              ? redactDeep(notificationOf(effect, found.value, linkTo(session)), redact)
              : null;
          },
          quietUntil: (project, now) => policyOf(project).quietUntil(now),
          tell: (notifier, problem) =>
            enqueue(
              db,
              notifierProblemJob(
                notifier,
                { ...problem, message: redact(problem.message) },
                clock.now(),
              ),
              clock.now(),
            ),
        }),
        ...chatHost.handlers,
        ...spawnEffects({ dispatch, spawn: (actor, request) => commands.spawn(actor, request) }),
      },
      audit,
    ),
  });
  const timers = createTimers({ db, clock, dispatch, logger });
  const budgets = createBudgets({
    db,
    dispatch,
    clock,
    days: () => days,
    common: () => config.budgets,
    own: (project) => config.projects[project]?.budget ?? {},
    isKept: (project) =>
      config.projects[project] !== undefined &&
      policyOf(project).reactions['budget-exceeded']?.action !== 'none',
    raises: kvStore(db, 'budget-raises'),
    onRoom: () => admission.run(),
  });
  const limits = () => ({
    ...admissionLimits(config),
    perProject: Object.fromEntries(
      projects.flatMap((project) =>
        project.maxSessions === null ? [] : [[project.id, project.maxSessions]],
      ),
    ),
  });
  const admission = createAdmission({
    dispatch,
    held: (session) => budgets.whyHeld(session),
    clock,
    machine: readMemory,
    measure: () => measureMemory(dispatch, plugins),
    elsewhere: (session) => plugins.runtime(session).elsewhere === true,
    limits,
  });
  const childrenObserver = createChildrenObserver({
    db,
    dispatch,
    clock,
    kv: kvStore(db, 'children'),
  });
  const idleSleep = createIdleSleep({
    dispatch,
    clock,
    logger,
    enabled: () => config.power.preventIdleSleep,
    env: options.childEnv,
  });
  const runtimeObserver = createRuntimeObserver({
    plugins,
    dispatch,
    agents,
    clock,
    logger,
    interval: RUNTIME_ROUND,
  });
  const projectObserver = createProjectObserver({ dispatch, clock });
  const prObserver = createPullRequestObserver({
    plugins,
    dispatch,
    clock,
    logger,
    redact,
    interval: (project) =>
      plugins.scm(project).nextLook?.() ??
      (plugins.scm(project).capabilities.webhooks ? config.lifecycle.poll : 1_000),
  });

  const commands = createCommands({
    db,
    clock,
    days: () => days,
    dispatch,
    plugins,
    access,
    policyOf,
    admission,
    budgets,
    monthBudget: () => monthBudget(config, projects),
    audit,
    forgeOf: (project) => forgeOf(config, project),
    ownersOf: (project) => projectSettings(config, project).owners,
    lookAtPullRequests: (project) => prObserver.round(project),
    channelProject: (channel) => projectOfChannel(config, channel),
    newId: () => randomUUID(),
    redact,
    agentForge: createAgentForge({ kv: kvStore(db, 'gh-use'), clock }),
    agentNames: plugins.agentNames(),
    person: (id) => personBySubject(kvStore(db, 'people'), id),
    plainActor: ({ subject: id, name, via }) => ({ subject: id, name, via }),
  });

  const digests = createCronSlots({
    kv: kvStore(db, 'cron-slots'),
    clock,
    logger,
    entries: createDigests({
      db,
      clock,
      config: () => config,
      commands,
      charts,
      wake: () => outbox.wake(),
    }).entries,
  });

  const starters = createStarters({
    db,
    clock,
    logger,
    dispatch,
    plugins,
    spawn: commands.spawn,
    config: () => config,
    channels: channelsOfProject,
    wake: () => outbox.wake(),
  });

  const housekeeping = createHousekeeping({ db, clock });

  const catalogue = createCatalogue({
    commands,
    now: () => clock.now(),
    access: {
      seen: (user) => access.seen(user.subject, user.groups),
      view: (actor) => access.refusal(actor, 'view'),
    },
    channelProject: (_platform, channel) => projectOfChannel(config, channel),
  });

  const metrics = createMetrics({
    sessionsByStatus: () =>
      Object.fromEntries(
        Map.groupBy(commands.sessions({}), (session) => session.status)
          .entries()
          .map(([status, list]) => [status, list.length]),
      ),
    outbox: () => outboxDepth(db).map(({ type, state, n }) => ({ lane: type, state, depth: n })),
  });

  const changes: HttpDeps['changes'] = {
    sources: [
      {
        after: (seq, limit) =>
          sessionsChangedAfter(db, seq, limit).flatMap(({ id, version }): Change[] =>
            toSessionChange(commands, id, version),
          ),
      },
      {
        after: (seq, limit) =>
          readEvents(db, { after: seq, limit }).map(
            (event): Change => ({ type: 'event', seq: event.seq, data: event as EventView }),
          ),
      },
      {
        after: (seq, limit) =>
          messages
            .changedAfter(seq, limit)
            .map((message): Change => ({ type: 'message', seq: message.seq, data: message })),
      },
    ],
    latest: () => lastSeq(db),
    subscribe(listener) {
      const offs = [dispatch.onChange(listener), messages.onChange(listener)];
      return () => {
        for (const off of offs) off();
      };
    },
  };

  const http = createHttp({
    commands,
    changes,
    messages,
    channels: () => [
      { id: 'general', name: 'general', project: null },
      ...projects.map((project) => ({ id: project.id, name: project.name, project: project.id })),
    ],
    receive: (input, user) => webChat.receive(input, user),
    tokens: {
      admin: options.token,
      proxy: proxyOf(config, options.proxyToken),
      session: sessionOfToken,
    },
    admin: ADMIN,
    webhooks: createWebhooks({
      onEvent: starters.onEvent,
      projects: () =>
        projects.map((project) => ({
          id: project.id,
          name: webhookName(projectSettings(config, project.id)),
          scm: () => plugins.scm(project.id),
        })),
      logger,
    }),
    async agentHook(session, body) {
      const watch = agents.get(session);
      return watch === null
        ? err({
            code: 'AO_STATE',
            message: `The agent of ${session} is not watched at the moment.`,
          })
        : ok(await watch.hook(body));
    },
    mayType: (actor) => access.refusal(actor, 'steer'),
    mayView: (actor) => access.refusal(actor, 'view'),
    audit,
    redact,
    openPty: createOpenPty(options.childEnv, dataDir),
    readiness: async () => [{ name: 'database', ok: lastSeq(db) >= 0, detail: '' }],
    metrics,
    clock,
    logger,
    settings: {
      version: options.version,
      demo: options.demo,
      hosts:
        config.publicUrl === undefined ? [] : [new URL(config.publicUrl).hostname.toLowerCase()],
      pageDir: options.pageDir,
      maxTerminals: 16,
    },
  });

  const takenNumbers = createTakenNumbers({
    clock,
    logger,
    projects,
    runtimes: () => plugins.runtimes(),
    workspaces: (project) => plugins.workspace(project.id).list(project.repo),
    raise: (prefix, highest) => raiseNumber(db, prefix, highest),
  });

  return {
    commands,
    admin: ADMIN,
    reload(next) {
      const fixed = needsRestart(config, next);
      if (fixed.length > 0) {
        auditAo('reload', `needs a restart: ${fixed.join(', ')}`, false);
        return fixed;
      }
      config = next;
      policies.clear();
      days = zoneDays(config.timezone ?? null);
      budgets.look();
      auditAo('reload', '');
      return [];
    },
    reloadFailed: (reason) => auditAo('reload', reason, false),
    async start() {
      auditAo('start', `version ${options.version}`);
      dispatch.onChange(() => outbox.wake());
      priceUnpriced(db, price);
      housekeeping.start();
      for (const chat of chats) await chat.start(chatHost.inbound, catalogue);
      await plugins.start();
      await takenNumbers.look();
      // In the background: asking programs for their version takes seconds, and nothing waits for it but an offer.
      void plugins.installedAgents().then((names) => {
        installed = names;
        policies.clear();
      });
      holdRemovedProjects(dispatch, isConfigured);
      listening = await listen(http.app, { host: options.host, port: options.port });
      const recovered = await reconcile({
        plugins,
        dispatch,
        agents,
        clock,
        logger,
        openThread: chatHost.openThreads,
        room: admission.planAgain,
      });
      if (Object.values(recovered).some((n) => n > 0))
        logger.info(recovered, 'sessions found at start');
      outbox.start();
      timers.start();
      budgets.start();
      admission.start();
      runtimeObserver.start();
      prObserver.start();
      projectObserver.start();
      digests.start();
      starters.start();
      idleSleep.start();
      childrenObserver.start();
      return { url: localUrl(), port: listening.port, loginPath: http.loginPath };
    },
    async stop() {
      housekeeping.stop();
      takenNumbers.stop();
      starters.stop();
      idleSleep.stop();
      childrenObserver.stop();
      runtimeObserver.stop();
      prObserver.stop();
      projectObserver.stop();
      admission.stop();
      budgets.stop();
      digests.stop();
      timers.stop();
      await listening?.close();
      await outbox.stop();
      agents.closeAll();
      for (const chat of chats) await chat.stop();
      await plugins.stop();
      try {
        auditAo('stop', '');
      } catch (error) {
        // A full disk must not keep the lock.
        logger.warn({ err: error }, 'the stop could not be written to the audit log');
      }
      db.$client.close();
      lock.release();
    },
  };
}

function toSessionChange(commands: Commands, id: string, version: number): Change[] {
  const found = commands.session(id);
  return found.ok ? [{ type: 'session', seq: version, data: found.value }] : [];
}

/** All projects' budgets of a month together; null unless each has one. */
function monthBudget(config: Config, projects: readonly Project[]): number | null {
  const each = projects.map(
    (project) => config.projects[project.id]?.budget.project ?? config.budgets.project,
  );
  const known = each.filter((usd) => usd !== undefined);
  return known.length === 0 || known.length < each.length
    ? null
    : known.reduce((sum, usd) => sum + usd, 0);
}

/** Without a token of its own no header counts: whoever reaches the port could send one. */
function proxyOf({ auth }: Config, token: string | undefined): HttpDeps['tokens']['proxy'] {
  return auth.proxyHeader === undefined || token === undefined
    ? null
    : { token, header: auth.proxyHeader.toLowerCase() };
}

/** An address that agents and browsers on this machine can use. */
const reachable = (host: string): string =>
  host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host;

/** Keys of a project that are asked for each time they count. */
const READ_WHEN_USED = {
  reactions: null,
  merge: null,
  budget: null,
  verbosity: null,
  quietHours: null,
  notifiers: null,
  notificationRouting: null,
  trigger: null,
};

/** Parts of the configuration that are built in at start, where they differ. */
function needsRestart(before: Config, after: Config): readonly string[] {
  const built = (config: Config): ReadonlyArray<readonly [string, unknown]> => [
    ['host and port', [config.host, config.port, config.publicUrl]],
    ['auth', config.auth],
    ['dataDir', config.dataDir],
    ['agents, runtimes, workspaces', [config.agents, config.runtimes, config.workspaces]],
    ['plugins', config.plugins],
    ['chat', config.chat],
    ['notifiers', config.notifiers],
    ['prices', config.prices],
    [
      'projects',
      Object.entries(config.projects).map(([id, project]) => [
        id,
        { ...project, ...READ_WHEN_USED },
      ]),
    ],
    ['defaults', { ...config.defaults, verbosity: null, permissions: null }],
  ];
  const then = new Map(built(before).map(([name, value]) => [name, JSON.stringify(value)]));
  return built(after)
    .filter(([name, value]) => then.get(name) !== JSON.stringify(value))
    .map(([name]) => name);
}

function installationOf(db: Db): string {
  const store = kvStore(db, 'installation');
  const known = store.get('id');
  if (typeof known === 'string') return known;
  const id = randomUUID();
  store.set('id', id);
  return id;
}
