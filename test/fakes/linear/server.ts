import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buildSchema, graphql } from 'graphql';

/** The part of Linear's GraphQL that ao asks for, written by hand after its published schema. */
const SCHEMA = buildSchema(`
  scalar DateTime
  enum PaginationOrderBy { createdAt updatedAt }
  input StringComparator { eq: String eqIgnoreCase: String in: [String!] containsIgnoreCase: String }
  input TeamFilter { key: StringComparator }
  input WorkflowStateFilter { type: StringComparator }
  input IssueLabelFilter { name: StringComparator }
  input IssueLabelCollectionFilter { some: IssueLabelFilter }
  input IssueFilter {
    team: TeamFilter state: WorkflowStateFilter labels: IssueLabelCollectionFilter
    title: StringComparator description: StringComparator or: [IssueFilter!]
  }
  input UserFilter { or: [UserFilter!] displayName: StringComparator email: StringComparator }
  input CommentCreateInput { id: String issueId: String body: String }
  input IssueCreateInput { teamId: String! title: String description: String labelIds: [String!] }
  input IssueUpdateInput {
    stateId: String assigneeId: String delegateId: String addedLabelIds: [String!] removedLabelIds: [String!]
  }
  input IssueLabelCreateInput { name: String! teamId: String }
  type PageInfo { hasNextPage: Boolean! endCursor: String }
  type User { id: ID! displayName: String! email: String! admin: Boolean! guest: Boolean! active: Boolean! app: Boolean! }
  type UserConnection { nodes: [User!]! }
  type ActorBot { name: String }
  type ExternalUser { displayName: String! }
  type WorkflowState { id: ID! type: String! position: Float! }
  type WorkflowStateConnection { nodes: [WorkflowState!]! }
  type Team { id: ID! key: String! name: String! states(first: Int): WorkflowStateConnection! }
  type TeamConnection { nodes: [Team!]! }
  type IssueLabel { id: ID! name: String! team: Team }
  type IssueLabelConnection { nodes: [IssueLabel!]! }
  type Comment { id: ID! body: String! createdAt: DateTime! user: User botActor: ActorBot externalUser: ExternalUser }
  type CommentConnection { nodes: [Comment!]! pageInfo: PageInfo! }
  type Issue {
    id: ID! identifier: String! title: String! description: String url: String! updatedAt: DateTime!
    state: WorkflowState! team: Team! labels(first: Int): IssueLabelConnection! assignee: User creator: User
    botActor: ActorBot externalUserCreator: ExternalUser comments(first: Int, after: String): CommentConnection!
  }
  type IssueConnection { nodes: [Issue!]! pageInfo: PageInfo! }
  type IssuePayload { success: Boolean! issue: Issue }
  type CommentPayload { success: Boolean! }
  type IssueLabelPayload { success: Boolean! issueLabel: IssueLabel! }
  type Query {
    issue(id: String!): Issue!
    issues(filter: IssueFilter, first: Int, after: String, orderBy: PaginationOrderBy): IssueConnection!
    comment(id: String): Comment!
    teams(filter: TeamFilter, first: Int): TeamConnection!
    viewer: User!
    issueLabels(filter: IssueLabelFilter, first: Int): IssueLabelConnection!
    users(filter: UserFilter, first: Int): UserConnection!
  }
  type Mutation {
    commentCreate(input: CommentCreateInput!): CommentPayload!
    issueCreate(input: IssueCreateInput!): IssuePayload!
    issueUpdate(id: String!, input: IssueUpdateInput!): IssuePayload!
    issueLabelCreate(input: IssueLabelCreateInput!): IssueLabelPayload!
  }
`);

const TEAM = { id: 'team-eng', key: 'ENG', name: 'Engineering' };
const STATES = [
  { id: 's-triage', type: 'triage', position: 0 },
  { id: 's-backlog', type: 'backlog', position: 1 },
  { id: 's-todo2', type: 'unstarted', position: 3 },
  { id: 's-todo', type: 'unstarted', position: 2 },
  { id: 's-doing', type: 'started', position: 4 },
  { id: 's-done2', type: 'completed', position: 6 },
  { id: 's-done', type: 'completed', position: 5 },
  { id: 's-canceled', type: 'canceled', position: 7 },
];

interface FakeIssue {
  readonly id: string;
  readonly number: number;
  title: string;
  description: string;
  state: string;
  labels: string[];
  assignee: string | null;
  readonly comments: Array<{
    readonly id: string;
    readonly body: string;
    readonly at: number;
    readonly user: string;
  }>;
  updatedAt: number;
}
interface FakeUser {
  readonly displayName: string;
  readonly guest?: boolean;
  readonly admin?: boolean;
  readonly app?: boolean;
}

export type FakeLinear = Awaited<ReturnType<typeof startFakeLinear>>;

/** A workspace with one team, ENG. */
export async function startFakeLinear(
  options: { readonly token?: string; readonly viewer?: FakeUser } = {},
) {
  const token = options.token ?? 'lin_api_test';
  const viewer = options.viewer ?? { displayName: 'ao', admin: false };
  const users = new Map<string, FakeUser>([[viewer.displayName, viewer]]);
  const issues = new Map<string, FakeIssue>();
  const labels = new Map<
    string,
    { readonly id: string; readonly name: string; readonly team: typeof TEAM | null }
  >();
  const violations: string[] = [];
  const log: string[] = [];
  const limit = { remaining: 5_000 };
  let refusals = 0;
  let clock = Date.UTC(2026, 2, 2, 9);
  const now = (): number => (clock += 1_000);

  const userOf = (name: string) => {
    const known = users.get(name);
    return known === undefined
      ? null
      : {
          id: `user-${name}`,
          email: `${name}@acme.test`,
          admin: false,
          guest: false,
          app: false,
          active: true,
          ...known,
        };
  };
  const team = { ...TEAM, states: { nodes: STATES } };
  const labelOf = (id: string) => labels.get(id);
  const page = <T>(
    all: readonly T[],
    { first = 50, after }: { first?: number; after?: string | null },
  ) => {
    const from = after == null ? 0 : Number(after);
    return {
      nodes: all.slice(from, from + first),
      pageInfo: { hasNextPage: from + first < all.length, endCursor: String(from + first) },
    };
  };
  const commentOf = ({ id, body, at, user }: FakeIssue['comments'][number]) => ({
    id,
    body,
    createdAt: new Date(at).toISOString(),
    user: userOf(user),
  });
  const issueOf = (one: FakeIssue) => ({
    id: one.id,
    identifier: `ENG-${one.number}`,
    title: one.title,
    description: one.description,
    url: `https://linear.app/acme/issue/ENG-${one.number}/x`,
    updatedAt: new Date(one.updatedAt).toISOString(),
    state: STATES.find((state) => state.id === one.state),
    team,
    labels: { nodes: one.labels.map(labelOf) },
    assignee: one.assignee === null ? null : userOf(one.assignee),
    creator: userOf(viewer.displayName),
    comments: (args: { first?: number; after?: string }) => page(one.comments.map(commentOf), args),
  });
  const find = (id: string): FakeIssue => {
    const found = [...issues.values()].find((one) => one.id === id || `ENG-${one.number}` === id);
    if (found === undefined)
      throw new Error('Entity not found: Issue - Could not find referenced Issue.');
    return found;
  };
  const allComments = () => [...issues.values()].flatMap((one) => one.comments);
  const addLabel = (name: string) => {
    const label = { id: `label-${labels.size}`, name, team: TEAM };
    labels.set(label.id, label);
    return label;
  };

  const root = {
    viewer: () => userOf(viewer.displayName),
    teams: ({ filter }: { filter: { key: { eq: string } } }) => ({
      nodes: filter.key.eq === TEAM.key ? [team] : [],
    }),
    issue: ({ id }: { id: string }) => issueOf(find(id)),
    issues: ({
      filter,
      ...args
    }: {
      filter: Record<string, unknown>;
      first: number;
      after?: string;
    }) =>
      page(
        [...issues.values()]
          .toReversed()
          .filter((one) => fits(one, filter))
          .map(issueOf),
        args,
      ),
    comment: ({ id }: { id: string }) => {
      const found = allComments().find((one) => one.id === id);
      if (found === undefined) throw new Error('Entity not found: Comment');
      return commentOf(found);
    },
    issueLabels: ({ filter }: { filter: { name: { in: string[] } } }) => ({
      nodes: [...labels.values()].filter((label) => filter.name.in.includes(label.name)),
    }),
    users: ({ filter }: { filter: { or: Array<{ displayName?: { eqIgnoreCase: string } }> } }) => {
      const login = filter.or[0]?.displayName?.eqIgnoreCase.toLowerCase();
      return {
        nodes: [...users.keys()].filter((name) => name.toLowerCase() === login).map(userOf),
      };
    },
    commentCreate: ({ input }: { input: { id: string; issueId: string; body: string } }) => {
      if (allComments().some((one) => one.id === input.id))
        throw new Error('Entity already exists');
      const issue = find(input.issueId);
      issue.comments.push({ id: input.id, body: input.body, at: now(), user: viewer.displayName });
      issue.updatedAt = now();
      return { success: true };
    },
    issueCreate: ({
      input,
    }: {
      input: { title: string; description?: string; labelIds?: string[] };
    }) => {
      const number = issues.size + 1;
      const issue: FakeIssue = {
        id: randomUUID(),
        number,
        title: input.title,
        description: input.description ?? '',
        state: 's-backlog',
        labels: [...(input.labelIds ?? [])],
        assignee: null,
        comments: [],
        updatedAt: now(),
      };
      issues.set(issue.id, issue);
      return { success: true, issue: issueOf(issue) };
    },
    issueUpdate: ({ id, input }: { id: string; input: Record<string, unknown> }) => {
      const issue = find(id);
      if (typeof input.stateId === 'string') issue.state = input.stateId;
      if (input.assigneeId !== undefined)
        issue.assignee =
          input.assigneeId === null ? null : String(input.assigneeId).slice('user-'.length);
      const removed = (input.removedLabelIds as string[] | undefined) ?? [];
      const added = (input.addedLabelIds as string[] | undefined) ?? [];
      issue.labels = [...new Set([...issue.labels, ...added])].filter(
        (label) => !removed.includes(label),
      );
      issue.updatedAt = now();
      return { success: true, issue: issueOf(issue) };
    },
    issueLabelCreate: ({ input }: { input: { name: string } }) => ({
      success: true,
      issueLabel: addLabel(input.name),
    }),
  };
  const fits = (one: FakeIssue, filter: Record<string, unknown>): boolean => {
    const {
      state,
      labels: wanted,
      or,
    } = filter as {
      state?: { type: { in: string[] } };
      labels?: { some: { name: { eq: string } } };
      or?: Array<{
        title?: { containsIgnoreCase: string };
        description?: { containsIgnoreCase: string };
      }>;
    };
    const type = STATES.find((known) => known.id === one.state)?.type ?? '';
    const has = (text: string, part: string | undefined): boolean =>
      part !== undefined && text.toLowerCase().includes(part.toLowerCase());
    return (
      (state === undefined || state.type.in.includes(type)) &&
      (wanted === undefined ||
        one.labels.some((id) => labelOf(id)?.name === wanted.some.name.eq)) &&
      (or === undefined ||
        or.some(
          (part) =>
            has(one.title, part.title?.containsIgnoreCase) ||
            has(one.description, part.description?.containsIgnoreCase),
        ))
    );
  };

  const answer = async (
    text: string,
    authorization: string,
  ): Promise<readonly [number, unknown]> => {
    const scheme = token.startsWith('lin_api_') ? token : `Bearer ${token}`;
    if (authorization !== scheme)
      return [
        401,
        {
          errors: [
            { message: 'Authentication required', extensions: { type: 'authentication error' } },
          ],
        },
      ];
    if (refusals > 0) {
      refusals -= 1;
      return [
        400,
        { errors: [{ message: 'Rate limit exceeded', extensions: { code: 'RATELIMITED' } }] },
      ];
    }
    const { query, variables } = JSON.parse(text) as {
      query: string;
      variables: Record<string, unknown>;
    };
    limit.remaining -= 1;
    const result = await graphql({
      schema: SCHEMA,
      source: query,
      rootValue: root,
      variableValues: variables,
    });
    const wrong = (result.errors ?? []).filter((error) => error.originalError === undefined);
    violations.push(...wrong.map((error) => error.message));
    return [result.errors === undefined ? 200 : 400, result];
  };

  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const text = Buffer.concat(parts).toString('utf8');
      void answer(text, request.headers.authorization ?? '').then(([status, body]) => {
        log.push(`${/^\s*(mutation|query)/.exec(text)?.[1] ?? 'query'} ${status}`);
        response.writeHead(status, {
          'content-type': 'application/json',
          'x-ratelimit-requests-limit': '5000',
          'x-ratelimit-requests-remaining': String(limit.remaining),
          'x-ratelimit-requests-reset': String(clock + 3_600_000),
          'x-complexity': '12',
        });
        response.end(JSON.stringify(body));
      });
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    issues,
    users,
    violations,
    log,
    now: () => clock,
    /** Refuses the next calls because of the limit, in Linear's way. */
    refuse(times: number) {
      refusals = times;
    },
    close: () =>
      new Promise<void>((done) => {
        server.closeAllConnections();
        server.close(() => done());
      }),
  };
}
