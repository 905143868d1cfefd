import { createCatalogue } from '../chat/answers/suggestions.ts';
import type { Commands } from '../commands/commands.ts';
import type { Reader } from '../commands/reader.ts';
import { projectSettings } from '../config/project-settings.ts';
import type { Config } from '../config/schema/config.ts';
import { kvStore } from '../db/kv-store.ts';
import { outboxDepth } from '../db/outbox-view.ts';
import { lastSeq } from '../db/sequence.ts';
import { createHttp, type Http } from '../http/create-http.ts';
import type { HttpDeps } from '../http/deps.ts';
import { createMetrics } from '../http/metrics.ts';
import { createOpenPty } from '../http/pty.ts';
import { err, ok } from '../lib/result.ts';
import type { AgentWatches } from '../lifecycle/agents.ts';
import type { ChatCatalogue } from '../slots/chat-catalogue.ts';
import { examineBot } from './bot-doctor.ts';
import { changesOf } from './changes.ts';
import { projectOfChannel } from './chat-channels.ts';
import type { JoinedChat } from './join-chat.ts';
import type { JoinedLifecycle } from './join-lifecycle.ts';
import { ADMIN, type Base } from './open-base.ts';
import type { Starters } from './starters.ts';
import { createWebhooks } from './webhooks.ts';

/** Last part of the address; each scm plugin has its own unless a project names another. */
const webhookName = ({ scm, scmPlugin }: ReturnType<typeof projectSettings>): string =>
  scm.webhook?.path?.slice('/webhooks/'.length) ?? scmPlugin;

/** The API, the page, the terminal and the webhooks. */
export function joinHttp(
  base: Base,
  { web, messages, chats }: JoinedChat,
  { dispatch, agents, tokens }: JoinedLifecycle,
  { commands, reader }: { readonly commands: Commands; readonly reader: Reader },
  starters: Starters,
): Http {
  const { options, db, config, redact, audit } = base;
  const { clock, logger, projects } = options;
  return createHttp({
    commands,
    changes: changesOf({ db, dispatch, messages, reader }),
    messages,
    channels: () => [
      { id: 'general', name: 'general', project: null },
      ...projects.map((project) => ({ id: project.id, name: project.name, project: project.id })),
    ],
    receive: (input, user) => web.receive(input, user),
    tokens: {
      admin: options.token,
      proxy: proxyOf(config(), options.proxyToken),
      session: tokens.find,
    },
    admin: ADMIN,
    webhooks: joinWebhooks(base, starters),
    signIns: kvStore(db, 'sign-ins'),
    agentHook: hooksOf(agents),
    audit,
    redact,
    openPty: createOpenPty(options.childEnv, options.dataDir),
    readiness: async () => [{ name: 'database', ok: lastSeq(db) >= 0, detail: '' }],
    doctor: () => examineBot({ db, chats, now: clock.now() }),
    metrics: joinMetrics(base, reader),
    clock,
    logger,
    settings: {
      version: options.version,
      demo: options.demo,
      hosts: hostsOf(config()),
      pageDir: options.pageDir,
      maxTerminals: 16,
    },
  });
}

const hostsOf = ({ publicUrl }: Config): readonly string[] =>
  publicUrl === undefined ? [] : [new URL(publicUrl).hostname.toLowerCase()];

const joinWebhooks = ({ options, config, plugins }: Base, starters: Starters) =>
  createWebhooks({
    onEvent: starters.onEvent,
    projects: () =>
      options.projects.map(({ id }) => ({
        id,
        name: webhookName(projectSettings(config(), id)),
        scm: () => plugins.scm(id),
      })),
    logger: options.logger,
  });

const hooksOf =
  (agents: AgentWatches): HttpDeps['agentHook'] =>
  async (session, body) => {
    const watch = agents.get(session);
    if (watch !== null) return ok(await watch.hook(body));
    return err({
      code: 'AO_STATE',
      message: `The agent of ${session} is not watched at the moment.`,
    });
  };

const joinMetrics = ({ db }: Base, reader: Reader) =>
  createMetrics({
    sessionsByStatus: () =>
      Object.fromEntries(
        Map.groupBy(reader.sessions({ live: true }), (session) => session.status)
          .entries()
          .map(([status, list]) => [status, list.length]),
      ),
    outbox: () => outboxDepth(db).map(({ type, state, n }) => ({ lane: type, state, depth: n })),
  });

/** Without a token of its own no header counts: anybody who reaches the port could send one. */
function proxyOf({ auth }: Config, token: string | undefined): HttpDeps['tokens']['proxy'] {
  return auth.proxyHeader === undefined || token === undefined
    ? null
    : { token, header: auth.proxyHeader.toLowerCase() };
}

/** What chat platforms complete while people type. */
export const joinCatalogue = (
  { options: { clock }, config, access }: Base,
  commands: Commands,
): ChatCatalogue =>
  createCatalogue({
    commands,
    now: () => clock.now(),
    access: { seen: (user) => access.seen(user.subject, user.groups) },
    channelProject: (_platform, channel) => projectOfChannel(config(), channel),
  });
