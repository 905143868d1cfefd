import { z } from 'zod';

const time = z.string().transform((text) => Date.parse(text));
const user = z.object({ username: z.string() });
const nodes = <T extends z.ZodType>(node: T) => z.object({ nodes: z.array(node) });

/** `gid://gitlab/Ci::Pipeline/77` -> `77`; discussions have letters too. */
const plainId = (gid: string): string => gid.slice(gid.lastIndexOf('/') + 1);

const gid = z.string().transform(plainId);

const reviewer = z.object({
  username: z.string(),
  mergeRequestInteraction: z.object({ reviewState: z.string().nullish() }).nullish(),
});

const pipeline = z.object({
  id: gid,
  sha: z.string().nullish(),
  status: z.string(),
  warnings: z.boolean().nullish(),
  updatedAt: z.string(),
});

/** What every look reads of a merge request. */
const coreSchema = z.object({
  iid: z.string().transform(Number),
  title: z.string(),
  draft: z.boolean(),
  state: z.enum(['opened', 'closed', 'merged', 'locked']),
  webUrl: z.string().nullish(),
  /** Null right after opening. */
  diffHeadSha: z.string().nullish(),
  diffRefs: z.object({ baseSha: z.string().nullish(), startSha: z.string() }).nullish(),
  sourceBranch: z.string(),
  targetBranch: z.string(),
  /** Null: the fork is gone, or the token may not see it. */
  sourceProject: z.object({ id: gid, fullPath: z.string() }).nullish(),
  createdAt: time,
  updatedAt: z.string(),
  author: user.nullish(),
  mergeUser: user.nullish(),
  mergeCommitSha: z.string().nullish(),
  detailedMergeStatus: z.string().nullish(),
  conflicts: z.boolean(),
  mergeabilityChecks: z.array(z.object({ identifier: z.string(), status: z.string() })).optional(),
  mergeTrainCar: z.object({ status: z.string() }).nullish(),
  approved: z.boolean(),
  approvalsLeft: z.number().nullish(),
  approvalsRequired: z.number().nullish(),
  approvedBy: nodes(user).nullish(),
  reviewers: nodes(reviewer).nullish(),
  autoMergeEnabled: z.boolean().nullish(),
  labels: nodes(z.object({ title: z.string() })).nullish(),
  diffStatsSummary: z
    .object({ additions: z.number(), deletions: z.number(), fileCount: z.number() })
    .nullish(),
  headPipeline: pipeline.nullish(),
  userNotesCount: z.number().nullish(),
  resolvedDiscussionsCount: z.number().nullish(),
  allowCollaboration: z.boolean().nullish(),
  userPermissions: z.object({ pushToSourceBranch: z.boolean() }),
});
export type Core = z.output<typeof coreSchema>;

const jobSchema = z.object({
  id: gid,
  name: z.string(),
  status: z.string(),
  allowFailure: z.boolean(),
  failureMessage: z.string().nullish(),
  webPath: z.string().nullish(),
  kind: z.string().nullish(),
  downstreamPipeline: z.object({ id: gid }).nullish(),
});
export type Job = z.output<typeof jobSchema>;

const jobsSchema = z.object({
  iid: z.string().transform(Number),
  headPipeline: z
    .object({
      id: gid,
      status: z.string(),
      updatedAt: z.string(),
      jobs: z.object({
        nodes: z.array(jobSchema),
        pageInfo: z.object({ hasNextPage: z.boolean() }),
      }),
    })
    .nullish(),
});
export type JobsOf = z.output<typeof jobsSchema>;

const noteSchema = z.object({
  id: gid,
  body: z.string(),
  system: z.boolean(),
  internal: z.boolean().nullish(),
  createdAt: time,
  lastEditedAt: time.nullish(),
  resolvable: z.boolean(),
  author: z.object({ username: z.string(), bot: z.boolean().nullish() }).nullish(),
  position: z
    .object({
      filePath: z.string(),
      newLine: z.number().nullish(),
      oldLine: z.number().nullish(),
      diffRefs: z.object({ baseSha: z.string().nullish(), headSha: z.string() }).nullish(),
    })
    .nullish(),
  discussion: z.object({ id: gid, resolved: z.boolean(), resolvable: z.boolean() }).nullish(),
});
export type Note = z.output<typeof noteSchema>;

const page = z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullish() });
const talkSchema = z.object({
  iid: z.string().transform(Number),
  updatedAt: z.string(),
  notes: z.object({ nodes: z.array(noteSchema), pageInfo: page }),
});
export type TalkOf = z.output<typeof talkSchema>;

const list = <T extends z.ZodType>(node: T) => nodes(node).nullish();
export const lookSchema = z.object({
  /** Null: there is no such project, or the token may not see it. */
  project: z
    .object({
      branches: list(coreSchema),
      numbers: list(coreSchema),
      jobs: list(jobsSchema),
      talk: list(talkSchema),
    })
    .nullable(),
  queryComplexity: z.object({ score: z.number().nullish(), limit: z.number().nullish() }).nullish(),
});
export type Look = z.output<typeof lookSchema>;

/** Of REST, where GraphQL doesn't tell it. */
export const versionSchema = z.object({ head_commit_sha: z.string(), created_at: time });
export const commitSchema = z.object({ id: z.string(), parent_ids: z.array(z.string()) });
export const mergedSchema = z.object({
  iid: z.number(),
  state: z.string(),
  sha: z.string().nullish(),
  target_branch: z.string().nullish(),
  merge_commit_sha: z.string().nullish(),
  squash_commit_sha: z.string().nullish(),
  merge_when_pipeline_succeeds: z.boolean().nullish(),
  merge_error: z.string().nullish(),
  rebase_in_progress: z.boolean().nullish(),
});
export const restJobSchema = z.object({
  id: z.number(),
  name: z.string(),
  status: z.string(),
  allow_failure: z.boolean().nullish(),
  failure_reason: z.string().nullish(),
  web_url: z.string().nullish(),
  stage: z.string().nullish(),
});
export const statusSchema = z.object({
  id: z.number(),
  name: z.string(),
  status: z.string(),
  allow_failure: z.boolean().nullish(),
  target_url: z.string().nullish(),
  description: z.string().nullish(),
});
