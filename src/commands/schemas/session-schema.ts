/** The session views as schemas; the types hold them to commands/views.ts. */
import { z } from 'zod';
import type { Check, ModelUsage } from '../../domain/session/facts.ts';
import type { Task } from '../../domain/session/session.ts';
import { STATUSES } from '../../domain/session/statuses.ts';
import {
  type PersonView,
  type PrView,
  type RequestView,
  SESSION_ACTIONS,
  type SessionView,
  type SteerView,
} from '../views.ts';

/** Milliseconds UTC. */
export const Time = z.number().meta({ description: 'Milliseconds since 1970, UTC' });

const Person: z.ZodType<PersonView> = z
  .object({ subject: z.string(), name: z.string() })
  .meta({ id: 'Person' });

const CheckSchema: z.ZodType<Check> = z
  .object({
    name: z.string(),
    status: z.enum(['queued', 'running', 'completed']),
    conclusion: z
      .enum([
        'success',
        'failure',
        'cancelled',
        'skipped',
        'neutral',
        'timed_out',
        'action_required',
        'infrastructure',
      ])
      .nullable(),
    url: z.string().nullable(),
    required: z.boolean().nullable(),
    excerpt: z.string().nullable(),
    ref: z.string().nullable(),
  })
  .meta({ id: 'Check' });

const PullRequest: z.ZodType<PrView> = z
  .object({
    key: z.string(),
    number: z.int(),
    title: z.string(),
    url: z.string().nullable(),
    branch: z.string(),
    base: z.string(),
    headSha: z.string(),
    draft: z.boolean(),
    state: z.enum(['open', 'closed', 'merged']),
    checks: z.object({
      state: z.enum(['none', 'pending', 'passing', 'failing', 'unknown']),
      sha: z.string().nullable(),
      passed: z.int(),
      total: z.int(),
      items: z.array(CheckSchema),
    }),
    review: z.object({
      decision: z.enum(['none', 'required', 'approved', 'changes_requested']),
      approvedBy: z.array(z.string()),
      openComments: z.int(),
    }),
    mergeability: z.enum([
      'clean',
      'behind',
      'blocked',
      'conflicting',
      'unstable',
      'queued',
      'unknown',
    ]),
    waitsFor: z.array(z.string()),
    waits: z.array(
      z.object({
        text: z.string(),
        who: z.enum(['agent', 'reviewer', 'person', 'admin', 'forge', 'time']),
        remedy: z.string(),
      }),
    ),
    notes: z.array(z.string()),
    answeredFrom: z.string().nullable(),
    approvals: z.object({ by: z.array(Person), needed: z.int() }),
    additions: z.int(),
    deletions: z.int(),
    changedFiles: z.int(),
    mergeSha: z.string().nullable(),
    openedAt: Time,
  })
  .meta({ id: 'PullRequest' });

export const Request: z.ZodType<RequestView> = z
  .object({
    id: z.string(),
    session: z.string(),
    kind: z.enum(['question', 'permission']),
    title: z.string(),
    text: z.string(),
    options: z.array(
      z.object({
        id: z.string(),
        label: z.string(),
        style: z.enum(['primary', 'danger', 'plain']),
      }),
    ),
    freeText: z.boolean(),
    askedAt: Time,
    answer: z
      .object({
        by: Person,
        text: z.string(),
        where: z.enum(['chat', 'terminal']),
        state: z.enum(['sending', 'delivered', 'failed']),
        at: Time,
      })
      .nullable(),
  })
  .meta({ id: 'Request' });

export const Steer: z.ZodType<SteerView> = z
  .object({
    id: z.string(),
    kind: z.enum(['task', 'human', 'reaction', 'resume']),
    reaction: z.string().nullable(),
    author: Person,
    text: z.string(),
    files: z.array(z.string()).readonly(),
    state: z.enum(['queued', 'typing', 'typed', 'accepted', 'failed', 'removed']),
    position: z.int().nullable(),
    attempts: z.int(),
    reason: z.string().nullable(),
    createdAt: Time,
    acceptedAt: Time.nullable(),
  })
  .meta({ id: 'Steer' });

const TaskSchema: z.ZodType<Task> = z.union([
  z.object({
    type: z.literal('issue'),
    issue: z.string(),
    title: z.string(),
    url: z.string().nullable(),
  }),
  z.object({ type: z.literal('prompt'), text: z.string() }),
  z.object({
    type: z.literal('pull_request'),
    prKey: z.string(),
    number: z.int(),
    title: z.string(),
  }),
]);

const Usage: z.ZodType<ModelUsage> = z
  .object({
    model: z.string(),
    inputTokens: z.number(),
    outputTokens: z.number(),
    cacheReadTokens: z.number(),
    cacheWriteTokens: z.number(),
    usd: z.number().nullable(),
  })
  .meta({ id: 'ModelUsage' });

export const Session: z.ZodType<SessionView> = z
  .object({
    id: z.string().meta({ example: 'app-7' }),
    project: z.string(),
    role: z.enum(['worker', 'orchestrator']),
    parent: z.string().nullable(),
    task: TaskSchema,
    title: z.string(),
    issue: z.string().nullable(),
    status: z.enum(STATUSES),
    turn: z.enum(['agent', 'human', 'ci', 'nobody']),
    turnText: z.string(),
    stage: z.enum(['queued', 'preparing', 'launching', 'running', 'ended']),
    agent: z.string(),
    handovers: z.array(z.object({ from: z.string(), to: z.string(), by: Person, at: Time })),
    program: z
      .object({ version: z.string().nullable(), untried: z.string().nullable() })
      .nullable(),
    model: z.string().nullable(),
    permissions: z.enum(['default', 'plan', 'auto-edit', 'permissionless']),
    branch: z.string(),
    base: z.string(),
    workspacePath: z.string().nullable(),
    startedBy: Person,
    owner: Person,
    createdAt: Time,
    startedAt: Time.nullable(),
    endedAt: Time.nullable(),
    outcome: z
      .object({
        cause: z.enum(['merged', 'killed', 'done', 'terminated', 'errored']),
        by: Person,
        reason: z.string().nullable(),
      })
      .nullable(),
    pr: PullRequest.nullable(),
    prs: z.array(PullRequest),
    usd: z
      .number()
      .nullable()
      .meta({ description: 'Null: a price is unknown. Never 0 for unknown.' }),
    tokens: z.number(),
    usage: z.array(Usage),
    usageByAgent: z.array(z.object({ agent: z.string(), models: z.array(Usage) })),
    last: z.string().nullable(),
    ciRounds: z.int(),
    reviewRounds: z.int(),
    queue: z.object({ position: z.int(), reason: z.string() }).nullable(),
    paused: z.object({ by: Person, reason: z.string() }).nullable(),
    limitedUntil: Time.nullable(),
    retry: z.object({ effect: z.string(), reason: z.string(), until: Time }).nullable(),
    troubles: z.array(z.string()),
    mergeFailure: z
      .object({ reason: z.string(), attempts: z.int(), retryAt: Time.nullable() })
      .nullable(),
    escalations: z.array(
      z.object({
        key: z.string(),
        at: Time,
        acknowledgedBy: Person.nullable(),
        snoozedUntil: Time.nullable(),
      }),
    ),
    openRequests: z.array(Request),
    steers: z.array(Steer),
    snapshotRef: z.string().nullable(),
    undoUntil: Time.nullable(),
    muted: z.boolean(),
    actions: z.array(z.enum(SESSION_ACTIONS)),
    version: z.int(),
  })
  .meta({ id: 'Session' });
