import { z } from 'zod';

/** What is read of GitHub's answers; a value GitHub adds later becomes the one that claims least. */
const when = z.string().transform((text) => Date.parse(text));
const login = z.object({ login: z.string() }).nullable();

export const coreSchema = z.object({
  id: z.string(),
  number: z.number(),
  title: z.string(),
  url: z.string(),
  state: z.enum(['OPEN', 'CLOSED', 'MERGED']),
  isDraft: z.boolean(),
  createdAt: when,
  updatedAt: when,
  headRefName: z.string(),
  headRefOid: z.string(),
  baseRefName: z.string(),
  baseRefOid: z.string(),
  isCrossRepository: z.boolean(),
  /** The author lets people with write access here push to the branch. */
  maintainerCanModify: z.boolean(),
  headRepository: z
    .object({ id: z.string(), nameWithOwner: z.string(), viewerPermission: z.string().nullable() })
    .nullable(),
  headRepositoryOwner: login,
  additions: z.number(),
  deletions: z.number(),
  changedFiles: z.number(),
  mergeable: z.enum(['MERGEABLE', 'CONFLICTING', 'UNKNOWN']).catch('UNKNOWN'),
  mergeStateStatus: z
    .enum(['BEHIND', 'BLOCKED', 'CLEAN', 'DIRTY', 'DRAFT', 'HAS_HOOKS', 'UNKNOWN', 'UNSTABLE'])
    .catch('UNKNOWN'),
  reviewDecision: z
    .enum(['APPROVED', 'CHANGES_REQUESTED', 'REVIEW_REQUIRED'])
    .nullable()
    .catch('REVIEW_REQUIRED'),
  author: login,
  isInMergeQueue: z.boolean(),
  isMergeQueueEnabled: z.boolean(),
  /** GitHub merges it by itself as soon as its rules allow. */
  autoMergeRequest: z.object({ enabledAt: z.string().nullable() }).nullable(),
  mergedBy: login,
  mergeCommit: z.object({ oid: z.string() }).nullable(),
  statusCheckRollup: z
    .object({
      state: z
        .enum(['SUCCESS', 'FAILURE', 'ERROR', 'PENDING', 'EXPECTED', 'UNKNOWN'])
        .catch('UNKNOWN'),
      commit: z.object({ oid: z.string() }).nullable(),
    })
    .nullable(),
  /** What branch protection asks of the base; rulesets are told by another call. */
  baseRef: z
    .object({
      refUpdateRule: z
        .object({ requiredStatusCheckContexts: z.array(z.string().nullable()).nullable() })
        .nullable(),
    })
    .nullish(),
});
export type Core = z.output<typeof coreSchema>;

const author = {
  author: z.object({ login: z.string(), __typename: z.string() }).nullable(),
  authorAssociation: z.string(),
  viewerDidAuthor: z.boolean(),
};
const nodes = <T extends z.ZodType>(node: T) =>
  z
    .object({ nodes: z.array(node.nullable()).nullable() })
    .transform((found) => (found.nodes ?? []).filter((one) => one !== null));

const threadComment = z.object({
  id: z.string(),
  body: z.string(),
  diffHunk: z.string(),
  createdAt: when,
  lastEditedAt: when.nullable(),
  isMinimized: z.boolean(),
  state: z.string(),
  ...author,
});
const threadSchema = z.object({
  id: z.string(),
  isResolved: z.boolean(),
  path: z.string(),
  line: z.number().nullable(),
  originalLine: z.number().nullable(),
  comments: nodes(threadComment),
});
export type Thread = z.output<typeof threadSchema>;

/** Walked from the newest back. */
const backwards = <T extends z.ZodType>(node: T) =>
  z
    .object({
      pageInfo: z.object({ hasPreviousPage: z.boolean(), startCursor: z.string().nullable() }),
      nodes: z.array(node.nullable()).nullable(),
    })
    .transform(({ pageInfo, nodes: found }) => ({
      pageInfo,
      nodes: (found ?? []).filter((one) => one !== null),
    }));
export const threadsSchema = backwards(threadSchema);

const review = z.object({
  id: z.string(),
  body: z.string(),
  state: z.string(),
  submittedAt: when.nullable(),
  lastEditedAt: when.nullable(),
  isMinimized: z.boolean(),
  ...author,
});
const comment = z.object({
  id: z.string(),
  body: z.string(),
  createdAt: when,
  lastEditedAt: when.nullable(),
  isMinimized: z.boolean(),
  ...author,
});
const opinion = z.object({
  id: z.string(),
  state: z.string(),
  submittedAt: when.nullable(),
  commit: z.object({ oid: z.string() }).nullable(),
  authorCanPushToRepository: z.boolean(),
  author: login,
});

export const reviewsSchema = backwards(review);
export const commentsSchema = backwards(comment);

export const fullSchema = coreSchema.extend({
  labels: nodes(z.object({ name: z.string() })).nullable(),
  latestOpinionatedReviews: nodes(opinion).nullable(),
  /** The newest change of the base. */
  timelineItems: nodes(z.object({ createdAt: when })),
  reviews: backwards(review).nullable(),
  comments: backwards(comment),
  reviewThreads: threadsSchema,
});
export type Full = z.output<typeof fullSchema>;

const checkRun = z.object({
  __typename: z.literal('CheckRun'),
  databaseId: z.number().nullable(),
  name: z.string(),
  status: z.string(),
  conclusion: z.string().nullable(),
  detailsUrl: z.string().nullable(),
  title: z.string().nullable(),
  summary: z.string().nullable(),
  isRequired: z.boolean(),
  checkSuite: z.object({
    app: z.object({ slug: z.string() }).nullable(),
    workflowRun: z
      .object({
        databaseId: z.number().nullable(),
        event: z.string(),
        workflow: z.object({ name: z.string() }),
      })
      .nullable(),
  }),
});
const statusContext = z.object({
  __typename: z.literal('StatusContext'),
  context: z.string(),
  state: z.string(),
  description: z.string().nullable(),
  targetUrl: z.string().nullable(),
  isRequired: z.boolean(),
});

export const contextsSchema = z.object({
  headRefOid: z.string(),
  statusCheckRollup: z
    .object({
      state: z.string(),
      commit: z.object({ oid: z.string() }).nullable(),
      contexts: z.object({
        pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() }),
        nodes: z.array(z.union([checkRun, statusContext]).nullable()).nullable(),
      }),
    })
    .nullable(),
});
export type CheckRunNode = z.output<typeof checkRun>;
export type StatusNode = z.output<typeof statusContext>;
export type ContextNode = CheckRunNode | StatusNode;

/** One entry of the list of pull requests that tells whether anything moved. */
export const pulseSchema = z.array(
  z.object({
    number: z.number(),
    state: z.string(),
    updated_at: when,
    created_at: when,
    head: z.object({
      ref: z.string(),
      sha: z.string(),
      repo: z.object({ full_name: z.string() }).nullable(),
    }),
  }),
);
export const suitesSchema = z.object({
  check_suites: z.array(
    z.object({
      status: z.string().nullable(),
      conclusion: z.string().nullable(),
      latest_check_runs_count: z.number(),
    }),
  ),
});
export const combinedStatusSchema = z.object({ state: z.string(), total_count: z.number() });
