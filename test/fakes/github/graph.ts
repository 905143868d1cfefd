import { schema as published } from '@octokit/graphql-schema';
import {
  buildSchema,
  type DocumentNode,
  execute,
  type FragmentDefinitionNode,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isInterfaceType,
  isObjectType,
  Kind,
  parse,
  type SelectionSetNode,
  validate,
} from 'graphql';
import type { FakePull, FakeReview, FakeRun, FakeThread, World } from './world.ts';

let schema: GraphQLSchema | null = null;

/** GitHub's own SDL; built once in a process, because it takes a third of a second. */
export function openSchema(): GraphQLSchema {
  // The published SDL defines one field twice, which only this flag lets pass.
  schema ??= buildSchema(published.idl, { assumeValidSDL: true });
  return schema;
}

export interface GraphAnswer {
  readonly body: { data?: unknown; errors?: unknown[] };
  readonly cost: number;
  readonly violations: readonly string[];
}

interface Parsed {
  readonly document: DocumentNode;
  readonly violations: readonly string[];
}

/** Queries are texts of ao's own and the schema is GitHub's: each is checked once in a process. */
const parsed = new WeakMap<GraphQLSchema, Map<string, Parsed>>();

function parsedQuery(schema: GraphQLSchema, query: string): Parsed {
  const known = parsed.get(schema) ?? new Map<string, Parsed>();
  parsed.set(schema, known);
  const found = known.get(query) ?? parseQuery(schema, query);
  known.set(query, found);
  return found;
}

export function createGraph(schema: GraphQLSchema, world: World) {
  return async (
    query: string,
    variables: Record<string, unknown>,
    viewer: string,
  ): Promise<GraphAnswer> => {
    const known = parsedQuery(schema, query);
    if (known.violations.length > 0)
      return {
        body: { errors: known.violations.map((message) => ({ message })) },
        cost: 1,
        violations: known.violations,
      };
    const { points, nodes } = costOf(schema, known.document);
    if (nodes > 500_000)
      return {
        body: {
          errors: [
            {
              type: 'MAX_NODE_LIMIT_EXCEEDED',
              message: `This query requests up to ${nodes} possible nodes`,
            },
          ],
        },
        cost: points,
        violations: [`a query of ${nodes} nodes`],
      };
    const errors: unknown[] = [];
    const result = await execute({
      schema,
      document: known.document,
      rootValue: root(world, viewer, errors, points),
      variableValues: variables,
    });
    const all = [
      ...errors,
      ...(result.errors ?? []).map((error) => ({
        message: error.message,
        path: error.path,
        ...error.extensions,
      })),
    ];
    return {
      body: { data: result.data, ...(all.length > 0 ? { errors: all } : {}) },
      cost: points,
      violations: [],
    };
  };
}

function parseQuery(schema: GraphQLSchema, query: string): Parsed {
  try {
    const document = parse(query);
    return { document, violations: validate(schema, document).map((error) => error.message) };
  } catch (error) {
    return { document: { kind: Kind.DOCUMENT, definitions: [] }, violations: [String(error)] };
  }
}

/** GitHub's rule: each connection is one request for each of its parents; 100 requests are a point. */
export function costOf(
  schema: GraphQLSchema,
  document: DocumentNode,
): { readonly points: number; readonly nodes: number } {
  const fragments = new Map(
    document.definitions
      .filter((one): one is FragmentDefinitionNode => one.kind === Kind.FRAGMENT_DEFINITION)
      .map((one) => [one.name.value, one]),
  );
  let requests = 0;
  let nodes = 0;
  const walk = (
    set: SelectionSetNode,
    type: GraphQLNamedType | undefined,
    parents: number,
  ): void => {
    for (const selection of set.selections) {
      if (selection.kind === Kind.FRAGMENT_SPREAD) {
        const fragment = fragments.get(selection.name.value);
        if (fragment !== undefined)
          walk(fragment.selectionSet, schema.getType(fragment.typeCondition.name.value), parents);
      } else if (selection.kind === Kind.INLINE_FRAGMENT)
        walk(
          selection.selectionSet,
          selection.typeCondition === undefined
            ? type
            : schema.getType(selection.typeCondition.name.value),
          parents,
        );
      else if (
        selection.selectionSet !== undefined &&
        (isObjectType(type) || isInterfaceType(type))
      ) {
        const field = type.getFields()[selection.name.value];
        const next = field === undefined ? undefined : getNamedType(field.type);
        const limit = selection.arguments?.find(
          (one) => one.name.value === 'first' || one.name.value === 'last',
        )?.value;
        if (next?.name.endsWith('Connection') === true && limit?.kind === Kind.INT) {
          requests += parents;
          nodes += parents * Number(limit.value);
          walk(selection.selectionSet, next, parents * Number(limit.value));
        } else walk(selection.selectionSet, next, parents);
      }
    }
  };
  for (const one of document.definitions)
    if (one.kind === Kind.OPERATION_DEFINITION)
      walk(
        one.selectionSet,
        one.operation === 'mutation'
          ? (schema.getMutationType() ?? undefined)
          : (schema.getQueryType() ?? undefined),
        1,
      );
  return { points: Math.max(1, Math.round(requests / 100)), nodes };
}

const iso = (at: number): string => new Date(at).toISOString().replace(/\.\d+Z$/, 'Z');
const page = <T>(
  nodes: readonly T[],
  args: { first?: number; last?: number; before?: string; after?: string },
) => {
  const offset = args.after === undefined || args.after === null ? 0 : Number(args.after);
  const end =
    args.before === undefined || args.before === null ? nodes.length : Number(args.before);
  const from = args.last === undefined ? offset : Math.max(0, end - args.last);
  const to = args.last === undefined ? Math.min(nodes.length, offset + (args.first ?? 100)) : end;
  return {
    totalCount: nodes.length,
    nodes: nodes.slice(from, to),
    pageInfo: {
      hasPreviousPage: from > 0,
      hasNextPage: to < nodes.length,
      startCursor: String(from),
      endCursor: String(to),
    },
  };
};
class NotFound extends Error {
  readonly extensions = { type: 'NOT_FOUND' };
}

function root(world: World, viewer: string, errors: unknown[], points: number) {
  const actor = (login: string | null) =>
    login === null
      ? null
      : {
          __typename: world.bots.has(login) ? 'Bot' : 'User',
          login: login.replace(/\[bot\]$/, ''),
        };
  const association = (login: string): string =>
    login === world.owner ? 'OWNER' : world.collaborators.has(login) ? 'COLLABORATOR' : 'NONE';
  const said = (author: string, body: string, at: number) => ({
    author: actor(author),
    authorAssociation: association(author),
    viewerDidAuthor: author === viewer,
    body,
    createdAt: iso(at),
  });

  const thread = (one: FakeThread) => ({
    id: one.id,
    isResolved: one.resolved,
    path: one.path,
    line: one.line,
    originalLine: one.line,
    comments: (args: object) =>
      page(
        one.comments.map((comment) => ({
          id: `PRRC_${comment.id}`,
          ...said(comment.author, comment.body, comment.at),
          lastEditedAt: comment.editedAt === null ? null : iso(comment.editedAt),
          diffHunk: '@@ -1 +1 @@\n-old\n+new',
          isMinimized: comment.minimized,
          state: 'SUBMITTED',
        })),
        args,
      ),
  });
  const review = (one: FakeReview) => ({
    id: `PRR_${one.id}`,
    ...said(one.author, one.body, one.at),
    state: one.state,
    submittedAt: iso(one.at),
    lastEditedAt: null,
    isMinimized: one.minimized,
    commit: { oid: one.sha },
    authorCanPushToRepository: world.canPush(one.author),
  });
  const context = (run: FakeRun, number: number) => ({
    __typename: 'CheckRun',
    databaseId: run.id,
    name: run.name,
    status: run.status,
    conclusion: run.conclusion,
    detailsUrl: `https://github.invalid/${world.slug()}/runs/${run.id}`,
    title: run.title,
    summary: run.summary,
    isRequired: () => world.rules.requireChecks.includes(run.name),
    pull: number,
    checkSuite: {
      app: { slug: run.app },
      workflowRun:
        run.workflow === null
          ? null
          : {
              databaseId: run.workflow.id,
              event: run.event,
              workflow: { name: run.workflow.name },
            },
    },
  });
  const rollup = (one: FakePull) => {
    const state = world.rollup(one.headSha);
    if (state === null) return null;
    return {
      state,
      commit: { oid: one.headSha },
      contexts: (args: object) =>
        page(
          [
            ...(world.runs.get(one.headSha) ?? []).map((run) => context(run, one.number)),
            ...(world.statuses.get(one.headSha) ?? []).map((status) => ({
              __typename: 'StatusContext',
              context: status.context,
              state: status.state,
              description: status.description,
              targetUrl: status.url,
              isRequired: () => world.rules.requireChecks.includes(status.context),
            })),
          ],
          args,
        ),
    };
  };
  const pull = (one: FakePull) => {
    let merge: { mergeable: string; state: string } | null = null;
    const merged = () => (merge ??= world.mergeable(one));
    const stats = world.commits.stats(one.baseSha, one.headSha);
    return {
      __typename: 'PullRequest',
      id: `PR_${one.number}`,
      number: one.number,
      title: one.title,
      url: `https://github.invalid/${world.slug()}/pull/${one.number}`,
      state: one.state,
      isDraft: one.draft,
      createdAt: iso(one.createdAt),
      updatedAt: iso(one.updatedAt),
      headRefName: one.branch,
      headRefOid: one.headSha,
      baseRefName: one.base,
      baseRefOid: one.baseSha,
      isCrossRepository: one.headRepository !== world.slug(),
      maintainerCanModify: one.maintainerCanModify,
      headRepository:
        one.headRepository === null
          ? null
          : {
              id: one.headRepositoryId,
              nameWithOwner: one.headRepository,
              viewerPermission:
                one.headRepository === world.slug()
                  ? 'ADMIN'
                  : (world.forks.get(one.headRepository)?.viewerPermission ?? 'READ'),
            },
      headRepositoryOwner:
        one.headRepository === null
          ? null
          : { __typename: 'User', login: one.headRepository.split('/')[0] },
      additions: stats.additions,
      deletions: stats.deletions,
      changedFiles: stats.files,
      mergeable: () => merged().mergeable,
      mergeStateStatus: () => merged().state,
      reviewDecision: world.decision(one),
      author: actor(one.author),
      isInMergeQueue: one.queued,
      isMergeQueueEnabled: world.rules.mergeQueue,
      autoMergeRequest: one.autoMerge ? { enabledAt: iso(one.updatedAt) } : null,
      mergedBy: actor(one.mergedBy),
      mergeCommit: one.mergeSha === null ? null : { oid: one.mergeSha },
      statusCheckRollup: rollup(one),
      baseRef: {
        refUpdateRule:
          world.rules.requireChecks.length === 0 || world.rules.checksBy === 'ruleset'
            ? null
            : { requiredStatusCheckContexts: world.rules.requireChecks },
      },
      labels: (args: object) =>
        page(
          one.labels.map((name) => ({ name })),
          args,
        ),
      latestOpinionatedReviews: (args: object) => page(world.opinions(one).map(review), args),
      reviews: (args: object) => page(one.reviews.map(review), args),
      comments: (args: object) =>
        page(
          (world.comments.get(one.number) ?? []).map((comment) => ({
            id: `IC_${comment.id}`,
            ...said(comment.author, comment.body, comment.at),
            lastEditedAt: comment.editedAt === null ? null : iso(comment.editedAt),
            isMinimized: comment.minimized,
          })),
          args,
        ),
      reviewThreads: (args: object) => page(one.threads.map(thread), args),
      timelineItems: (args: object) =>
        page(
          one.baseChanges.map((at) => ({
            __typename: 'BaseRefChangedEvent',
            createdAt: iso(at),
          })),
          args,
        ),
    };
  };
  const threadOf = (id: string): FakeThread => {
    const found = [...world.pulls.values()]
      .flatMap((one) => one.threads)
      .find((one) => one.id === id);
    if (found === undefined)
      throw new NotFound(`Could not resolve to a node with the global id of '${id}'`);
    return found;
  };
  const byNode = (id: string): FakePull => {
    const found = [...world.pulls.values()].find((one) => `PR_${one.number}` === id);
    if (found === undefined)
      throw new NotFound(`Could not resolve to a node with the global id of '${id}'`);
    return found;
  };
  const expectHead = (one: FakePull, sha: string | undefined): void => {
    if (sha !== undefined && sha !== one.headSha)
      throw Object.assign(
        new Error('Expected head oid does not match the current head of the pull request'),
        { extensions: { type: 'UNPROCESSABLE' } },
      );
  };
  return {
    rateLimit: { cost: points, remaining: 0 },
    viewer: { login: viewer },
    node: ({ id }: { id: string }) => pull(byNode(id)),
    repository(args: { owner: string; name: string }) {
      if (!world.isNamed(`${args.owner}/${args.name}`) || world.hidden) {
        errors.push({
          type: 'NOT_FOUND',
          path: ['repository'],
          message: `Could not resolve to a Repository with the name '${args.owner}/${args.name}'.`,
        });
        return null;
      }
      return {
        pullRequest({ number }: { number: number }) {
          const one = world.pulls.get(number);
          if (one !== undefined) return pull(one);
          errors.push({
            type: 'NOT_FOUND',
            path: ['repository', `p${number}`],
            message: `Could not resolve to a PullRequest with the number of ${number}.`,
          });
          return null;
        },
        pullRequests: (args: { headRefName: string; first: number }) =>
          page(
            [...world.pulls.values()]
              .filter((one) => one.branch === args.headRefName)
              .toSorted((a, b) => b.createdAt - a.createdAt || b.number - a.number)
              .map(pull),
            args,
          ),
      };
    },
    enqueuePullRequest({ input }: { input: { pullRequestId: string; expectedHeadOid?: string } }) {
      const one = byNode(input.pullRequestId);
      expectHead(one, input.expectedHeadOid);
      one.queued = true;
      world.touch(one);
      world.tell('pull_request', {
        action: 'enqueued',
        number: one.number,
        pull_request: { number: one.number },
      });
      return { mergeQueueEntry: { id: `MQE_${one.number}` } };
    },
    enablePullRequestAutoMerge({
      input,
    }: {
      input: { pullRequestId: string; expectedHeadOid?: string };
    }) {
      const one = byNode(input.pullRequestId);
      expectHead(one, input.expectedHeadOid);
      if (world.mergeState(one) === 'CLEAN')
        throw Object.assign(new Error('Pull request Pull request is in clean status'), {
          extensions: { type: 'UNPROCESSABLE' },
        });
      one.autoMerge = true;
      world.touch(one);
      world.tell('pull_request', {
        action: 'auto_merge_enabled',
        number: one.number,
        pull_request: { number: one.number },
      });
      return { clientMutationId: null };
    },
    disablePullRequestAutoMerge({ input }: { input: { pullRequestId: string } }) {
      const one = byNode(input.pullRequestId);
      one.autoMerge = false;
      world.touch(one);
      world.tell('pull_request', {
        action: 'auto_merge_disabled',
        number: one.number,
        pull_request: { number: one.number },
      });
      return { clientMutationId: null };
    },
    addPullRequestReviewThreadReply({
      input,
    }: {
      input: { pullRequestReviewThreadId: string; body: string };
    }) {
      const made = world.reply(threadOf(input.pullRequestReviewThreadId), viewer, input.body);
      return { comment: { id: `PRRC_${made.id}` } };
    },
    markPullRequestReadyForReview({ input }: { input: { pullRequestId: string } }) {
      world.setDraft(byNode(input.pullRequestId).number, false);
      return { clientMutationId: null };
    },
    minimizeComment({ input }: { input: { subjectId: string } }) {
      const found = [...world.comments.values()]
        .flat()
        .find((one) => `IC_${one.id}` === input.subjectId);
      const body = [...world.pulls.values()]
        .flatMap((one) => one.reviews)
        .find((one) => `PRR_${one.id}` === input.subjectId);
      if (found === undefined && body === undefined)
        throw new NotFound(
          `Could not resolve to a node with the global id of '${input.subjectId}'`,
        );
      for (const one of [found, body]) if (one !== undefined) one.minimized = true;
      return { minimizedComment: { __typename: 'IssueComment', isMinimized: true } };
    },
    resolveReviewThread({ input }: { input: { threadId: string } }) {
      const found = threadOf(input.threadId);
      found.resolved = true;
      return { thread: thread(found) };
    },
  };
}
