import { z } from 'zod';
import { byteSize, count, duration } from './primitives.ts';

export const lifecycleSchema = z.strictObject({
  poll: duration.prefault('30s').describe('Shortest time between two looks at a forge'),
  readyThreshold: duration
    .prefault('5m')
    .describe('An agent that waits this long in its own turn is idle'),
  stuckThreshold: duration
    .prefault('10m')
    .describe('No activity for this long in the middle of a turn is stuck'),
  settle: duration
    .prefault('60s')
    .describe('Wait for the other checks after the first failure or a push'),
  receiptTimeout: duration
    .prefault('30s')
    .describe('No proof that the agent took a message after this: try again'),
  resume: z.enum(['auto', 'ask', 'never']).default('auto').describe('Agents after a reboot'),
  resendBackoff: z
    .array(duration)
    .prefault(['2m', '5m', '15m'])
    .describe('Waits before the same message is sent again'),
  resolveThreads: z
    .boolean()
    .default(true)
    .describe('Review threads are resolved after the push that changes their file'),
  reviewRounds: z
    .int()
    .positive()
    .default(5)
    .describe('Review rounds after which a person is asked'),
  autoCleanupOnMerge: z.boolean().default(true),
  keepWorkspace: z.boolean().default(false).describe('true: worktrees of ended sessions stay'),
  undoDays: count.default(7).describe('Days a snapshot of a removed worktree is kept'),
  ackTimeout: duration.prefault('15m').describe('Nobody acknowledged an escalation: next rung'),
});

/** Never shorter than the usual `lifecycle.undoDays`; where that is longer, it counts. */
const keptFor = duration.refine((ms) => ms >= 7 * 86_400_000, 'expected 7d or more');

export const retentionSchema = z.strictObject({
  events: keptFor
    .prefault('90d')
    .describe("So long after its end a session's timeline is shortened to what digests count"),
  effects: keptFor
    .prefault('30d')
    .describe('So long after its end it is forgotten which posts and commands a session made'),
});

export const limitsSchema = z.strictObject({
  maxSessions: z
    .int()
    .positive()
    .optional()
    .describe('Live sessions at once; as many as memory holds by default (Linux)'),
  memory: z
    .strictObject({
      perSession: byteSize
        .prefault('1G')
        .describe('What one more agent is expected to need; 0: memory is not looked at'),
      reserve: byteSize.prefault('1G').describe('What stays free for everything else'),
    })
    .prefault({}),
  maxPerUser: z.int().positive().optional().describe('Live sessions of one person at once'),
  spawnPerHour: z.int().positive().optional().describe('Sessions one person may start in an hour'),
});
