/** The other views as schemas. */
import { z } from '@hono/zod-openapi';
import type { Spawned } from '../../commands/commands.ts';
import {
  type BudgetView,
  type CostView,
  type DigestReply,
  type EventView,
  type InboxItem,
  type IssueView,
  type ProjectView,
  type PruneItem,
  type QuotaView,
  SESSION_ACTIONS,
  type ThreadView,
} from '../../commands/views.ts';
import { COST_GROUPS, type CostPart, type CostSeries } from '../../domain/money/ledger.ts';
import type { SessionEvent } from '../../domain/session/event.ts';
import type { ChatMessage } from '../../slots/chat.ts';
import type { StoredMessage } from '../../slots/message-store.ts';
import type { Channel, ChatReply, Me } from '../contract.ts';
import { Request, Session, Time } from './session-schema.ts';

export const SpawnedSchema: z.ZodType<Spawned> = z
  .object({
    issue: z.string().nullable(),
    session: Session.nullable(),
    refusal: z.object({ code: z.string(), message: z.string() }).nullable(),
  })
  .openapi('Spawned');

/** `type` says which other fields there are; src/domain/session/event.ts is the list. */
const SessionEventSchema = z
  .looseObject({ type: z.string() })
  .openapi('SessionEvent') as unknown as z.ZodType<SessionEvent>;

export const EventSchema: z.ZodType<EventView> = z
  .object({
    seq: z.int(),
    session: z.string().nullable(),
    project: z.string().nullable(),
    at: Time,
    event: SessionEventSchema,
    text: z.string(),
  })
  .openapi('Event');

export const InboxItemSchema: z.ZodType<InboxItem> = z
  .object({
    id: z.string(),
    kind: z.enum([
      'question',
      'permission',
      'escalation',
      'merge',
      'review',
      'waits',
      'failed_message',
      'start',
    ]),
    session: z.string(),
    project: z.string(),
    owner: z.object({ subject: z.string(), name: z.string() }),
    title: z.string(),
    text: z.string(),
    since: Time,
    request: Request.nullable(),
    key: z.string().nullable(),
    actions: z.array(z.enum(SESSION_ACTIONS)),
  })
  .openapi('InboxItem');

export const PruneItemSchema: z.ZodType<PruneItem> = z
  .object({
    kind: z.enum(['terminal', 'worktree', 'snapshot']),
    session: z.string(),
    what: z.string(),
    done: z.object({ refusal: z.string().nullable() }).nullable(),
  })
  .openapi('PruneItem');

export const IssueSchema: z.ZodType<IssueView> = z
  .object({
    project: z.string(),
    id: z.string(),
    title: z.string(),
    state: z.enum(['open', 'closed']),
    labels: z.array(z.string()),
    assignee: z.string().nullable(),
    url: z.string().nullable(),
    session: z.string().nullable(),
  })
  .openapi('Issue');

export const ProjectSchema: z.ZodType<ProjectView> = z
  .object({
    id: z.string(),
    name: z.string(),
    path: z.string(),
    defaultBranch: z.string(),
    agent: z.string(),
    sessions: z.int(),
    live: z.int(),
  })
  .openapi('Project');

const Day = z.string().openapi({ example: '2026-11-21' });

const CostPartSchema: z.ZodType<CostPart> = z
  .object({
    key: z.string().openapi({ description: 'Empty for what belongs to none' }),
    label: z.string(),
    usd: z.number().nullable().openapi({ description: 'Null: no price is known' }),
    tokens: z.number(),
    unpricedTokens: z
      .number()
      .openapi({ description: 'Of the tokens, those whose price is not known' }),
    sessions: z.int(),
  })
  .openapi('CostPart');

const CostSeriesSchema: z.ZodType<CostSeries> = z
  .object({
    days: z.array(Day),
    parts: z.array(z.object({ key: z.string(), label: z.string(), usd: z.array(z.number()) })),
  })
  .openapi('CostSeries');

export const CostSchema: z.ZodType<CostView> = z
  .object({
    from: Day,
    to: Day,
    timezone: z.string(),
    by: z.enum(COST_GROUPS),
    rows: z.array(CostPartSchema),
    totalUsd: z.number().nullable(),
    totalTokens: z.number(),
    unpriced: z.array(z.string()),
    series: CostSeriesSchema,
  })
  .openapi('Cost');

const DigestSession = z.object({
  session: z.string(),
  project: z.string().nullable(),
  title: z.string(),
  pr: z.object({ key: z.string(), number: z.int(), url: z.string().nullable() }).nullable(),
  usd: z.number(),
});

export const DigestSchema: z.ZodType<DigestReply> = z
  .object({
    from: Time,
    to: Time,
    timezone: z.string(),
    day: Day,
    merged: z.array(DigestSession),
    opened: z.array(DigestSession),
    failed: z.array(
      DigestSession.extend({
        cause: z.enum(['merged', 'killed', 'done', 'terminated', 'errored']),
        reason: z.string().nullable(),
      }),
    ),
    waiting: z.array(InboxItemSchema),
    cost: z.object({
      todayUsd: z.number().nullable(),
      yesterdayUsd: z.number().nullable(),
      monthUsd: z.number().nullable(),
      monthBudgetUsd: z.number().nullable(),
      perMergedUsd: z.number().nullable(),
      byAgent: z.array(CostPartSchema),
      byProject: z.array(CostPartSchema),
      byModel: z.array(CostPartSchema),
      unpriced: z.array(z.string()),
    }),
    ciRounds: z.int(),
    flakyReruns: z.int(),
    longestWait: z.object({ session: z.string(), ms: z.number() }).nullable(),
    quota: z.array(z.object({ account: z.string(), peak: z.number() })),
    series: CostSeriesSchema,
    quiet: z.boolean(),
    text: z.string().openapi({ description: 'All of it in words' }),
  })
  .openapi('Digest');

export const BudgetSchema: z.ZodType<BudgetView> = z
  .object({
    id: z.string().openapi({ example: 'day:2026-11-21' }),
    kind: z.enum(['session', 'project', 'user', 'day']),
    label: z.string(),
    limitUsd: z.number(),
    spentUsd: z.number(),
    state: z.enum(['fine', 'short', 'spent']),
    sessions: z.array(z.string()),
  })
  .openapi('Budget');
export const ThreadSchema: z.ZodType<ThreadView> = z
  .object({
    ref: z.string().openapi({ example: 't1' }),
    id: z.string(),
    file: z.string().nullable(),
    line: z.int().nullable(),
    resolved: z.boolean(),
    comments: z.array(
      z.object({ author: z.string(), own: z.boolean(), body: z.string(), at: Time }),
    ),
  })
  .openapi('Thread');

const QuotaLimit = z
  .object({
    name: z.string(),
    used: z.number(),
    limit: z.number(),
    remaining: z.number(),
    resetAt: Time,
  })
  .openapi('QuotaLimit');

export const QuotaSchema: z.ZodType<QuotaView> = z
  .object({
    accounts: z.array(
      z.object({
        account: z.string(),
        projects: z.array(z.string()),
        limits: z.array(QuotaLimit),
        bot: z.array(
          z.object({
            purpose: z.string(),
            requests: z.int(),
            points: z.number(),
            unchanged: z.int(),
          }),
        ),
        pace: z.object({
          state: z.enum(['normal', 'slow', 'held']),
          factor: z.number(),
          until: Time.nullable(),
        }),
        peak: z.number(),
      }),
    ),
    agents: z.array(
      z.object({
        session: z.string(),
        reads: z.int(),
        cached: z.int(),
        unchanged: z.int(),
        writes: z.int(),
        failed: z.int(),
        limits: z.array(QuotaLimit),
        lastAt: Time,
      }),
    ),
    unknown: z.array(z.object({ project: z.string(), reason: z.string() })),
  })
  .openapi('Quota');

export const MeSchema: z.ZodType<Me> = z
  .object({ subject: z.string(), name: z.string(), version: z.string(), demo: z.boolean() })
  .openapi('Me');

export const ChannelSchema: z.ZodType<Channel> = z
  .object({ id: z.string(), name: z.string(), project: z.string().nullable() })
  .openapi('Channel');

/** Blocks are described by src/slots/chat.ts; unknown ones are to be skipped. */
const ChatMessageSchema = z
  .looseObject({
    text: z.string(),
    blocks: z.array(z.looseObject({ type: z.string() })),
    kind: z.enum(['card', 'post', 'agent']),
  })
  .openapi('ChatMessage') as unknown as z.ZodType<ChatMessage>;

export const StoredMessageSchema: z.ZodType<StoredMessage> = z
  .object({
    id: z.string(),
    seq: z.int(),
    channel: z.string(),
    thread: z.string().nullable(),
    session: z.string().nullable(),
    key: z.string().nullable(),
    author: z.object({ subject: z.string(), name: z.string(), bot: z.boolean() }),
    text: z.string(),
    message: ChatMessageSchema.nullable(),
    reactions: z.array(z.string()),
    ended: z.boolean(),
    at: Time,
    editedAt: Time.nullable(),
    deleted: z.boolean(),
  })
  .openapi('Message');

export const ChatReplySchema = z
  .looseObject({
    whisper: ChatMessageSchema.optional(),
    form: z.looseObject({ id: z.string() }).optional(),
    errors: z.record(z.string(), z.string()).optional(),
  })
  .openapi('ChatReply') as unknown as z.ZodType<ChatReply>;
