import { readFileSync } from 'node:fs';
import {
  buildSchema,
  type DocumentNode,
  execute,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  Kind,
  parse,
  type SelectionSetNode,
  validate,
  visit,
} from 'graphql';
import {
  type FakeJob,
  type FakeMergeRequest,
  type FakeNote,
  statusOf,
  type World,
} from './world.ts';

let built: GraphQLSchema | null = null;
const schemaOf = (): GraphQLSchema =>
  (built ??= buildSchema(readFileSync(new URL('./schema.graphql', import.meta.url), 'utf8')));

/** GitLab's own limits. */
const MAX_COMPLEXITY = 250;
const MAX_TEXT = 10_000;

export interface GraphAnswer {
  readonly body: { readonly data?: unknown; readonly errors?: readonly unknown[] };
  readonly complexity: number;
  readonly violations: readonly string[];
}

const known = new Map<
  string,
  { readonly document: DocumentNode; readonly errors: readonly string[] }
>();

export async function answerGraph(
  world: World,
  asked: {
    readonly query: string;
    readonly variables: Record<string, unknown>;
    readonly viewer: string;
    readonly url: string;
  },
): Promise<GraphAnswer> {
  const { query, variables } = asked;
  if (query.length > MAX_TEXT)
    return {
      body: { errors: [{ message: 'Query too large' }] },
      complexity: 0,
      violations: ['a query over 10,000 characters'],
    };
  const { document, errors } = known.get(query) ?? parsed(query);
  known.set(query, { document, errors });
  if (errors.length > 0)
    return {
      body: { errors: errors.map((message) => ({ message })) },
      complexity: 0,
      violations: errors,
    };
  const missing = unknownFields(document, world.settings.unknownFields);
  if (missing.length > 0)
    return {
      body: { errors: missing.map((message) => ({ message })) },
      complexity: 0,
      violations: [],
    };
  const complexity = complexityOf(document) + costOfLists(world, variables);
  if (complexity > MAX_COMPLEXITY)
    return {
      body: {
        errors: [
          {
            message: `Query has complexity of ${complexity}, which exceeds max complexity of ${MAX_COMPLEXITY}`,
          },
        ],
      },
      complexity,
      violations: world.settings.listsCost === 0 ? [`a query of complexity ${complexity}`] : [],
    };
  const result = await execute({
    schema: schemaOf(),
    document,
    rootValue: rootOf(world, asked.viewer, asked.url, complexity),
    variableValues: variables,
  });
  return {
    body: JSON.parse(JSON.stringify(result)) as GraphAnswer['body'],
    complexity,
    violations: [],
  };
}

function parsed(query: string) {
  const document = parse(query);
  return { document, errors: validate(schemaOf(), document).map((error) => error.message) };
}

function unknownFields(document: DocumentNode, names: ReadonlySet<string>): readonly string[] {
  const found: string[] = [];
  visit(document, {
    Field(node) {
      if (names.has(node.name.value))
        found.push(`Field '${node.name.value}' doesn't exist on type 'MergeRequest'`);
    },
  });
  return found;
}

/** Servers that count each number of a list. */
const costOfLists = ({ settings }: World, variables: Record<string, unknown>): number =>
  Object.values(variables).reduce<number>(
    (sum, list) => sum + (Array.isArray(list) ? list.length * settings.listsCost : 0),
    0,
  );

/** One for each field; what is inside of a list counts a hundredth more for each thing asked for, unless they are named by number. */
export function complexityOf(document: DocumentNode): number {
  const fragments = new Map(
    document.definitions.flatMap((one) =>
      one.kind === Kind.FRAGMENT_DEFINITION ? [[one.name.value, one] as const] : [],
    ),
  );
  let sum = 0;
  for (const one of document.definitions)
    if (one.kind === Kind.OPERATION_DEFINITION) sum += inside(one.selectionSet, fragments);
  return Math.ceil(sum);
}

function inside(
  set: SelectionSetNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): number {
  return set.selections.reduce((sum, one) => {
    if (one.kind === Kind.FRAGMENT_SPREAD) {
      const fragment = fragments.get(one.name.value);
      return sum + (fragment === undefined ? 0 : inside(fragment.selectionSet, fragments));
    }
    return (
      sum +
      (one.kind === Kind.FIELD ? ofField(one, fragments) : inside(one.selectionSet, fragments))
    );
  }, 0);
}

function ofField(field: FieldNode, fragments: ReadonlyMap<string, FragmentDefinitionNode>): number {
  const children = field.selectionSet === undefined ? 0 : inside(field.selectionSet, fragments);
  const argument = (name: string) => field.arguments?.find((one) => one.name.value === name)?.value;
  const isList = field.selectionSet?.selections.some(
    (one) => one.kind === Kind.FIELD && one.name.value === 'nodes',
  );
  const first = argument('first');
  const size = first?.kind === Kind.INT ? Number(first.value) : 100;
  const more = isList === true && argument('iids') === undefined ? (children * size) / 100 : 0;
  return 1 + children + more;
}

const gid = (kind: string, id: number | string): string => `gid://gitlab/${kind}/${id}`;
const iso = (at: number): string => new Date(at).toISOString();

/** What GitLab says of a job's failure in GraphQL, where REST gives the bare reason. */
const FAILURES: Readonly<Record<string, string>> = {
  script_failure: 'There has been a script failure. Check the job log for more information',
  runner_system_failure: 'There has been a runner system failure, please try again',
  job_execution_timeout: 'The script exceeded the maximum execution time set for the job',
  ci_quota_exceeded: 'No more compute minutes available',
  stuck_or_timeout_failure:
    'There has been a timeout failure or the job got stuck. Check your timeout limits or try again',
};

function rootOf(world: World, viewer: string, url: string, score: number) {
  return {
    queryComplexity: { score, limit: MAX_COMPLEXITY },
    project: ({ fullPath }: { fullPath: string }) =>
      world.isNamed(fullPath) ? projectOf(world, url) : null,
    mergeRequestSetDraft: ({ input }: { input: { iid: string; draft: boolean } }) => {
      const one = world.mr(Number(input.iid));
      one.draft = input.draft;
      one.title = one.title.replace(/^draft:\s*/i, '');
      one.updatedAt = world.now();
      return { errors: [] };
    },
    mergeRequestReviewerRereview: ({ input }: { input: { iid: string; userId: string } }) => {
      const login = [...world.users].find(([, user]) => gid('User', user.id) === input.userId)?.[0];
      const one = world.mr(Number(input.iid));
      if (login === undefined || !one.reviewers.has(login))
        return { errors: ['Reviewer not found'] };
      one.reviewers.set(login, 'UNREVIEWED');
      world.addNote('mr', one.iid, viewer, `requested review from @${login}`, { system: true });
      return { errors: [] };
    },
  };
}

const projectOf = (world: World, url: string) => ({
  id: gid('Project', world.settings.id),
  fullPath: world.path(),
  mergeRequests: (args: { iids?: string[]; sourceBranches?: string[]; first?: number }) => {
    world.sync();
    const found = [...world.mergeRequests.values()]
      .filter((one) => args.iids?.includes(String(one.iid)) ?? true)
      .filter((one) => args.sourceBranches?.includes(one.branch) ?? true)
      .toSorted((a, b) => b.iid - a.iid)
      .slice(0, args.first ?? 100);
    return {
      nodes: found.map((one) => mergeRequestOf(world, one, url)),
      pageInfo: { hasNextPage: false },
    };
  },
});

function mergeRequestOf(world: World, one: FakeMergeRequest, url: string) {
  const { settings, commits } = world;
  const fork = one.fork === null ? null : world.forks.get(one.fork);
  const base = commits.head(one.base) ?? '';
  const left = Math.max(0, settings.approvalsRequired - one.approvedBy.size);
  const mergeBase = (): string => commits.mergeBase(base, one.headSha);
  const stats = () => {
    const { additions, deletions, files } = commits.stats(base, one.headSha);
    return { additions, deletions, fileCount: files };
  };
  const notes = world.notesOf('mr', one.iid);
  return {
    iid: String(one.iid),
    title: one.title,
    draft: one.draft,
    state: one.state,
    webUrl: `${url}/${world.path()}/-/merge_requests/${one.iid}`,
    diffHeadSha: one.headSha === '' ? null : one.headSha,
    diffRefs: () => ({ baseSha: mergeBase(), headSha: one.headSha, startSha: base }),
    sourceBranch: one.branch,
    targetBranch: one.base,
    sourceProject:
      one.fork === null
        ? { id: gid('Project', settings.id), fullPath: world.path() }
        : fork === undefined
          ? null
          : { id: gid('Project', fork?.id ?? 0), fullPath: one.fork },
    createdAt: iso(one.createdAt),
    updatedAt: iso(one.updatedAt),
    author: { username: one.author },
    mergeUser: one.mergedBy === null ? null : { username: one.mergedBy },
    mergeCommitSha: one.mergeSha,
    detailedMergeStatus: () => world.detailedStatus(one),
    conflicts: () => world.conflicts(one),
    mergeabilityChecks: () =>
      world.gates(one).map(([identifier, , status]) => ({
        identifier,
        status: one.undecided > 0 ? 'CHECKING' : status,
      })),
    mergeTrainCar: one.trainStatus === null ? null : { status: one.trainStatus },
    approved: left === 0,
    approvalsLeft: left,
    approvalsRequired: settings.approvalsRequired,
    approvedBy: { nodes: [...one.approvedBy].map((username) => world.user(username)) },
    reviewers: {
      nodes: [...one.reviewers].map(([username, reviewState]) => ({
        username,
        mergeRequestInteraction: { reviewState, reviewed: reviewState !== 'UNREVIEWED' },
      })),
    },
    autoMergeEnabled: false,
    labels: { nodes: one.labels.map((title) => ({ title })) },
    diffStatsSummary: () => (one.headSha === '' ? null : stats()),
    headPipeline: () => (one.pipeline === null ? null : pipelineOf(world, one)),
    userNotesCount: notes.filter((note) => !note.system).length,
    resolvedDiscussionsCount: new Set(
      notes.filter((note) => note.discussion.resolved).map((note) => note.discussion.id),
    ).size,
    allowCollaboration: one.allowCollaboration,
    userPermissions: { pushToSourceBranch: one.fork === null || one.allowCollaboration },
    notes: ({ first = 100, after }: { first?: number; after?: string }) =>
      pageOf(world, notes, first, after),
  };
}

function pageOf(world: World, notes: readonly FakeNote[], first: number, after?: string | null) {
  const from = after == null ? 0 : Number(after);
  const end = from + first;
  return {
    nodes: notes.slice(from, end).map((note) => noteOf(world, note)),
    pageInfo: { hasNextPage: end < notes.length, endCursor: String(end) },
  };
}

const noteOf = (world: World, note: FakeNote) => ({
  id: gid(note.position === null ? 'Note' : 'DiffNote', note.id),
  body: note.body,
  system: note.system,
  internal: note.internal,
  createdAt: iso(note.at),
  lastEditedAt: note.editedAt === null ? null : iso(note.editedAt),
  resolvable: note.discussion.resolvable,
  author: world.user(note.author),
  position:
    note.position === null
      ? null
      : {
          filePath: note.position.file,
          newLine: note.position.line,
          oldLine: null,
          diffRefs: {
            baseSha: note.position.base,
            headSha: note.position.head,
            startSha: note.position.base,
          },
        },
  discussion: { ...note.discussion, id: gid('Discussion', note.discussion.id) },
});

function pipelineOf(world: World, one: FakeMergeRequest) {
  const { pipeline } = one;
  if (pipeline === null) return null;
  return {
    id: gid('Ci::Pipeline', pipeline.id),
    sha: pipeline.sha,
    status: statusOf(pipeline),
    updatedAt: iso(pipeline.updatedAt),
    warnings: pipeline.jobs.some((job) => job.allowFailure && job.status === 'failed'),
    jobs: ({ first = 100 }: { first?: number }) => {
      const jobs = pipeline.jobs.filter((job) => !job.outside);
      return {
        nodes: jobs.slice(0, first).map((job) => jobOf(world, job)),
        pageInfo: { hasNextPage: jobs.length > first },
      };
    },
  };
}

const jobOf = (world: World, job: FakeJob) => ({
  id: gid('Ci::Build', job.id),
  name: job.name,
  status: job.status.toUpperCase(),
  allowFailure: job.allowFailure,
  failureMessage: job.failure === null ? null : (FAILURES[job.failure] ?? job.failure),
  webPath: `/${world.path()}/-/jobs/${job.id}`,
  kind: job.downstream === null ? 'BUILD' : 'BRIDGE',
  downstreamPipeline: job.downstream === null ? null : { id: gid('Ci::Pipeline', job.downstream) },
});
