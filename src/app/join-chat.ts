import { join } from 'node:path';
import type { Commands } from '../commands/commands.ts';
import type { Reader } from '../commands/reader.ts';
import { projectSettings } from '../config/project-settings.ts';
import { inboxStore } from '../db/inbox-store.ts';
import { webMessageStore } from '../db/web-message-store.ts';
import type { Dispatch } from '../lifecycle/dispatch.ts';
import type { ChatPlugin } from '../slots/chat.ts';
import type { MessageStore } from '../slots/message-store.ts';
import { createWebChat } from '../web/index.ts';
import type { Addresses } from './addresses.ts';
import { type Charts, createCharts } from './charts.ts';
import { channelsOf, type PlatformChannel } from './chat-channels.ts';
import { type ChatHost, createChatHost } from './chat-host.ts';
import type { Later } from './later.ts';
import type { Base } from './open-base.ts';
import { steppedInbox } from './stepped-inbox.ts';

/** The chat platforms, and src/chat joined to the database and the lifecycle. */
export interface JoinedChat {
  readonly web: ReturnType<typeof createWebChat>;
  readonly messages: MessageStore;
  readonly chats: readonly ChatPlugin[];
  readonly host: ChatHost;
  readonly charts: Charts;
  readonly channelsOfProject: (project: string) => readonly PlatformChannel[];
}

export function joinChat(
  { options, db, config, live, access, plugins, redact, audit }: Base,
  addresses: Addresses,
  later: {
    readonly dispatch: Later<Dispatch>;
    readonly commands: Later<Commands>;
    readonly reader: Later<Reader>;
  },
): JoinedChat {
  const { clock, dataDir, logger, projects } = options;
  const messages = webMessageStore(db);
  const web = createWebChat({
    store: messages,
    clock,
    logger,
    inbox: steppedInbox(
      inboxStore(db, 'web', () => clock.now()),
      'web',
      options.onStep,
    ),
    channels: () => ['general', ...projects.map((project) => project.id)],
  });
  const chats: readonly ChatPlugin[] = [web, ...plugins.chats()];
  const charts = createCharts({ folder: join(dataDir, 'charts'), logger, now: () => clock.now() });
  const channelsOfProject = (project: string): readonly PlatformChannel[] => [
    { platform: 'web', channel: project },
    ...channelsOf(config(), project),
  ];
  const host = createChatHost({
    db,
    clock,
    dataDir,
    chats: () => chats,
    dispatch: later.dispatch.get,
    commands: later.commands.get,
    reader: later.reader.get,
    access,
    policyOf: live.policyOf,
    verbosityOf: (project) => projectSettings(config(), project).verbosity,
    listenOf: (project) => config().projects[project]?.listen ?? null,
    channelsOf: channelsOfProject,
    linkTo: addresses.linkTo,
    publicAddress: () => config().publicUrl !== undefined,
    redact,
    chart: (series) => charts.draw(series),
    audit,
  });
  return { web, messages, chats, host, charts, channelsOfProject };
}
