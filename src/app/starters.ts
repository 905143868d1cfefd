import type { ChannelPayload, UpdatePayload } from '../chat/thread/chat-job.ts';
import { outsiderCard, outsiderStartedCard } from '../chat/thread/outsider-card.ts';
import { person } from '../chat/words/wording.ts';
import type { Commands } from '../commands/commands.ts';
import { scheduleEntries } from '../commands/schedules.ts';
import { createTriggers, type Triggers } from '../commands/triggers.ts';
import type { Config } from '../config/schema/config.ts';
import { schedulesOf, triggersOf } from '../config/starters.ts';
import { kvStore } from '../db/kv-store.ts';
import type { Db } from '../db/open.ts';
import { enqueue } from '../db/outbox-store.ts';
import type { Clock } from '../lib/clock.ts';
import { type Redact, redactDeep } from '../lib/redact.ts';
import { nodeCronAlarms } from '../lifecycle/cron-alarms.ts';
import { type CronSlots, createCronSlots } from '../lifecycle/cron-slots.ts';
import type { Dispatch } from '../lifecycle/dispatch.ts';
import type { Plugins } from '../lifecycle/plugins.ts';
import type { ChatMessage } from '../slots/chat.ts';
import type { Logger } from '../slots/plugin.ts';
import type { PlatformChannel } from './chat-channels.ts';
import { starterProblemJobs } from './chat-problems.ts';

export interface StarterParts {
  readonly db: Db;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly dispatch: Dispatch;
  readonly plugins: Plugins;
  readonly spawn: Commands['spawn'];
  readonly config: () => Config;
  /** Where a project is shown. */
  readonly channels: (project: string) => readonly PlatformChannel[];
  /** There is something to post. */
  readonly wake: () => void;
  readonly redact: Redact;
}

export interface Starters {
  start(): void;
  stop(): void;
  /** The forge says that something happened. */
  onEvent(project: string, event: string): void;
}

/** Kinds of deliveries after which a label may be there that was not. */
const ABOUT_ISSUES: ReadonlySet<string> = new Set(['issues', 'issue']);

interface StartersState {
  readonly parts: StarterParts;
  readonly logger: StarterParts['logger'];
  readonly clock: StarterParts['clock'];
  readonly db: StarterParts['db'];
  readonly triggers: Triggers;
  readonly slots: CronSlots;
}

/** What starts sessions without anybody typing: schedules, and issues with a label. */
export function createStarters(parts: StarterParts): Starters {
  const { db, clock, logger, dispatch, plugins, spawn } = parts;
  const starters: StartersState = {
    parts,
    logger,
    clock,
    db,
    triggers: createTriggers({
      db,
      clock,
      logger,
      dispatch,
      plugins,
      spawn,
      triggers: () => triggersOf(parts.config()),
      announce: (project, issue) =>
        post(
          starters,
          project,
          issue.id,
          'chat.channel',
          outsiderCard(project, redactDeep(issue, parts.redact)),
        ),
      announcedStarted(project, issue, session) {
        const by = dispatch.snapshot(session)?.session.startedBy;
        post(
          starters,
          project,
          issue.id,
          'chat.update',
          outsiderStartedCard(
            redactDeep(issue, parts.redact),
            session,
            by === undefined ? 'somebody' : person(by),
          ),
        );
      },
      tell: (project, problem) => tell(starters, project, problem),
    }),
    slots: createCronSlots({
      kv: kvStore(db, 'cron'),
      clock,
      logger,
      alarms: nodeCronAlarms,
      entries: () =>
        scheduleEntries(
          { db, dispatch, spawn, tell: (project, problem) => tell(starters, project, problem) },
          schedulesOf(parts.config()),
        ),
    }),
  };
  return {
    start: () => start(starters),
    stop: () => stop(starters),
    onEvent(project, event) {
      if (ABOUT_ISSUES.has(event)) void starters.triggers.look(project);
    },
  };
}

function tell(
  starters: StartersState,
  project: string,
  problem: { readonly code: string; readonly message: string },
): void {
  starters.logger.warn({ project, code: problem.code }, problem.message);
  const at = starters.clock.now();
  const said = redactDeep(problem, starters.parts.redact);
  for (const job of starterProblemJobs(project, starters.parts.channels(project), said, at))
    enqueue(starters.db, job, at);
  starters.parts.wake();
}

const cardName = (platform: string, project: string, issue: string): string =>
  `chat.channel:${platform}:outsider:${project}:${issue}`;

function post(
  starters: StartersState,
  project: string,
  issue: string,
  type: 'chat.channel' | 'chat.update',
  message: ChatMessage,
): void {
  for (const { platform, channel } of starters.parts.channels(project)) {
    const of = cardName(platform, project, issue);
    const payload =
      type === 'chat.channel'
        ? ({ platform, channel, message } satisfies ChannelPayload)
        : ({ platform, message, of } satisfies UpdatePayload);
    const key = type === 'chat.channel' ? of : `chat.update:${of}`;
    enqueue(
      starters.db,
      { key, lane: `chat:${platform}:outsiders:${project}`, session: null, type, payload },
      starters.clock.now(),
    );
  }
  starters.parts.wake();
}

function start(starters: StartersState): void {
  starters.triggers.start();
  starters.slots.start();
}

function stop(starters: StartersState): void {
  starters.triggers.stop();
  starters.slots.stop();
}
