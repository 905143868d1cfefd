/** The other views as schemas. */
import { z } from 'zod';
import { COST_GROUPS, type CostPart, type CostSeries } from '../../domain/money/ledger.ts';
import type { SessionEvent } from '../../domain/session/event.ts';
import type { Spawned } from '../requests.ts';
import type { BudgetView, CostView } from '../view/cost.ts';
import type { DigestReply } from '../view/digest.ts';
import type { PruneItem } from '../view/prune.ts';
import type { QuotaView } from '../view/quota.ts';
import type { ThreadView } from '../view/review.ts';
import {
  type EventView,
  type InboxItem,
  type IssueView,
  type ProjectView,
  SESSION_ACTIONS,
} from '../views.ts';
import { Request, Session, Time } from './session-schema.ts';

export const SpawnedSchema: z.ZodType<Spawned> = z
  .object({
    issue: z.string().nullable(),
    session: Session.nullable(),
    refusal: z.object({ code: z.string(), message: z.string() }).nullable(),
  })
  .meta({ id: 'Spawned' });

/** `type` says which other fields there are; src/domain/session/event.ts is the list. */
const SessionEventSchema = z
  .looseObject({ type: z.string() })
  .meta({ id: 'SessionEvent' }) as unknown as z.ZodType<SessionEvent>;

export const EventSchema: z.ZodType<EventView> = z
  .object({
    seq: z.int(),
    session: z.string().nullable(),
    project: z.string().nullable(),
    at: Time,
    event: SessionEventSchema,
    text: z.string(),
  })
  .meta({ id: 'Event' });

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
  .meta({ id: 'InboxItem' });

export const PruneItemSchema: z.ZodType<PruneItem> = z
  .object({
    kind: z.enum(['terminal', 'worktree', 'snapshot']),
    session: z.string(),
    what: z.string(),
    done: z.object({ refusal: z.string().nullable() }).nullable(),
  })
  .meta({ id: 'PruneItem' });

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
  .meta({ id: 'Issue' });

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
  .meta({ id: 'Project' });

const Day = z.string().meta({ example: '2026-11-21' });

const CostPartSchema: z.ZodType<CostPart> = z
  .object({
    key: z.string().meta({ description: 'Empty for what belongs to none' }),
    label: z.string(),
    usd: z.number().nullable().meta({ description: 'Null: no price is known' }),
    tokens: z.number(),
    unpricedTokens: z
      .number()
      .meta({ description: 'Of the tokens, those whose price is not known' }),
    sessions: z.int(),
  })
  .meta({ id: 'CostPart' });

const CostSeriesSchema: z.ZodType<CostSeries> = z
  .object({
    days: z.array(Day),
    parts: z.array(z.object({ key: z.string(), label: z.string(), usd: z.array(z.number()) })),
  })
  .meta({ id: 'CostSeries' });

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
  .meta({ id: 'Cost' });

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
    text: z.string().meta({ description: 'All of it in words' }),
  })
  .meta({ id: 'Digest' });

export const BudgetSchema: z.ZodType<BudgetView> = z
  .object({
    id: z.string().meta({ example: 'day:2026-11-21' }),
    kind: z.enum(['session', 'project', 'user', 'day']),
    label: z.string(),
    limitUsd: z.number(),
    spentUsd: z.number(),
    state: z.enum(['fine', 'short', 'spent']),
    sessions: z.array(z.string()),
  })
  .meta({ id: 'Budget' });
export const ThreadSchema: z.ZodType<ThreadView> = z
  .object({
    ref: z.string().meta({ example: 't1' }),
    id: z.string(),
    file: z.string().nullable(),
    line: z.int().nullable(),
    resolved: z.boolean(),
    comments: z.array(
      z.object({ author: z.string(), own: z.boolean(), body: z.string(), at: Time }),
    ),
  })
  .meta({ id: 'Thread' });

const QuotaLimit = z
  .object({
    name: z.string(),
    used: z.number(),
    limit: z.number(),
    remaining: z.number(),
    resetAt: Time,
  })
  .meta({ id: 'QuotaLimit' });

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
  .meta({ id: 'Quota' });
