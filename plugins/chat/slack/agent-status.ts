import type { ThreadRef } from '../../../src/slots/chat.ts';
import type { Logger } from '../../../src/slots/context.ts';
import { PluginError } from '../../../src/slots/errors.ts';
import type { SlackApi } from './api.ts';
import { Lru } from './lru.ts';

type NativeStatus = 'active' | 'processing' | 'suspended' | 'closed';

/** ao's status to what Slack shows beside a thread of an agent. */
const NATIVE: Readonly<Record<string, NativeStatus>> = {
  spawning: 'processing',
  working: 'processing',
  ci_failed: 'processing',
  changes_requested: 'processing',
  needs_input: 'suspended',
  stuck: 'suspended',
  limited: 'suspended',
  paused: 'suspended',
  mergeable: 'suspended',
  merge_failed: 'suspended',
  merged: 'closed',
  cleanup: 'closed',
  done: 'closed',
  killed: 'closed',
  errored: 'closed',
  terminated: 'closed',
};

/** Workspaces without it say one of these; it is not asked for again before a restart. */
const ABSENT: ReadonlySet<string> = new Set([
  'AO_SLACK_UNKNOWN_METHOD',
  'AO_SLACK_MISSING_SCOPE',
  'AO_SLACK_NOT_ALLOWED',
  'AO_SLACK_FEATURE_NOT_ENABLED',
  'AO_SLACK_PAID_ONLY',
  'AO_SLACK_TEAM_ACCESS_NOT_GRANTED',
  'AO_SLACK_NOT_AN_AGENT',
  'AO_SLACK_ACCESS_DENIED',
]);

export interface AgentStatus {
  /** Whether the workspace shows it; null before the first try. */
  available(): boolean | null;
  /** In the background and at best: the card says the same in words. */
  show(thread: Pick<ThreadRef, 'channel' | 'thread'>, status: string, title: string | null): void;
  settle(): Promise<void>;
}

export function createAgentStatus(api: SlackApi, logger: Logger): AgentStatus {
  const shown = new Lru<NativeStatus>(2_000);
  const running = new Set<Promise<void>>();
  let available: boolean | null = null;

  const set = async (
    thread: Pick<ThreadRef, 'channel' | 'thread'>,
    status: NativeStatus,
    title: string | null,
  ): Promise<void> => {
    const id = `${thread.channel} ${thread.thread}`;
    try {
      await api.call('status', 'agents.sessions.setStatus', {
        channel_id: thread.channel,
        thread_ts: thread.thread,
        status,
        ...(title === null ? {} : { title }),
      });
      available = true;
    } catch (error) {
      if (shown.get(id) === status) shown.delete(id);
      if (error instanceof PluginError && ABSENT.has(error.code)) available = false;
      else logger.debug({ err: error }, 'the native status of a thread could not be set');
    }
  };

  return {
    available: () => available,
    show(thread, status, title) {
      const id = `${thread.channel} ${thread.thread}`;
      const native = NATIVE[status] ?? 'active';
      if (available === false || shown.get(id) === native) return;
      shown.set(id, native);
      const done = set(thread, native, title).finally(() => running.delete(done));
      running.add(done);
    },
    async settle() {
      await Promise.allSettled(running);
    },
  };
}
