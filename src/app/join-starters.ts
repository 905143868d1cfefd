import type { Commands } from '../commands/commands.ts';
import type { Reader } from '../commands/reader.ts';
import { kvStore } from '../db/kv-store.ts';
import { nodeCronAlarms } from '../lifecycle/cron-alarms.ts';
import { createCronSlots } from '../lifecycle/cron-slots.ts';
import { createDigests } from './digests.ts';
import type { JoinedChat } from './join-chat.ts';
import type { JoinedLifecycle } from './join-lifecycle.ts';
import { running } from './join-observers.ts';
import type { Base } from './open-base.ts';
import type { Part } from './run-parts.ts';
import { createStarters, type Starters } from './starters.ts';

/** What comes by itself: digests at their time, sessions that schedules and labels start. */
export function joinStarters(
  { options, db, config, plugins, redact }: Base,
  { charts, channelsOfProject }: JoinedChat,
  { dispatch, outbox }: JoinedLifecycle,
  commands: Commands,
  reader: Reader,
): { readonly starters: Starters; readonly parts: readonly Part[] } {
  const { clock, logger } = options;
  const wake = (): void => outbox.wake();
  const digests = createCronSlots({
    kv: kvStore(db, 'cron-slots'),
    clock,
    logger,
    alarms: nodeCronAlarms,
    entries: createDigests({ db, clock, config, reader, charts, wake }).entries,
  });
  const starters = createStarters({
    db,
    clock,
    logger,
    dispatch,
    plugins,
    spawn: commands.spawn,
    config,
    channels: channelsOfProject,
    wake,
    redact,
  });
  const parts = [
    { name: 'digests', ...running(digests) },
    { name: 'starters', ...running(starters) },
  ];
  return { starters, parts };
}
