import { z } from 'zod';

/** Lists say how many they want: Linear counts a list without it as fifty. */
const ISSUE = `
  id identifier title description url updatedAt
  state { type } team { id key }
  labels(first: 50) { nodes { id name } }
  assignee { id displayName }
  creator { displayName admin guest active }
  botActor { name } externalUserCreator { displayName }
`;
const COMMENTS = `comments(first: 100, after: $after) {
  nodes { id body createdAt user { displayName admin guest active } botActor { name } externalUser { displayName } }
  pageInfo { hasNextPage endCursor }
}`;

export const GET = `query ($id: String!, $after: String) { issue(id: $id) { ${ISSUE} ${COMMENTS} } }`;
export const LIST = `query ($filter: IssueFilter, $first: Int!, $after: String) {
  issues(filter: $filter, first: $first, after: $after, orderBy: createdAt) {
    nodes { ${ISSUE} } pageInfo { hasNextPage endCursor }
  }
}`;
export const COMMENT = `mutation ($input: CommentCreateInput!) { commentCreate(input: $input) { success } }`;
export const FIND_COMMENT = `query ($id: String!) { comment(id: $id) { id } }`;
export const CREATE = `mutation ($input: IssueCreateInput!) { issueCreate(input: $input) { success issue { identifier } } }`;
export const UPDATE = `mutation ($id: String!, $input: IssueUpdateInput!) { issueUpdate(id: $id, input: $input) { success } }`;
export const MAKE_LABEL = `mutation ($input: IssueLabelCreateInput!) { issueLabelCreate(input: $input) { success issueLabel { id name } } }`;
export const TEAM = `query ($key: String!) {
  teams(filter: { key: { eq: $key } }, first: 1) { nodes {
    id key name states(first: 100) { nodes { id type position } }
  } }
  viewer { id displayName app }
}`;
export const LABELS = `query ($names: [String!]!) {
  issueLabels(filter: { name: { in: $names } }, first: 100) { nodes { id name team { id } } }
}`;
export const USERS = `query ($login: String!) {
  users(filter: { or: [{ displayName: { eqIgnoreCase: $login } }, { email: { eqIgnoreCase: $login } }] }, first: 5) {
    nodes { id displayName }
  }
}`;

const nodes = <T extends z.ZodType>(node: T) => z.object({ nodes: z.array(node) });
const page = z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullish() });
const person = z.object({
  displayName: z.string(),
  admin: z.boolean(),
  guest: z.boolean(),
  active: z.boolean(),
});
const named = z.object({ displayName: z.string() });

const issueSchema = z.object({
  id: z.string(),
  identifier: z.string(),
  title: z.string(),
  description: z.string().nullish(),
  url: z.string(),
  updatedAt: z.string(),
  state: z.object({ type: z.string() }),
  team: z.object({ id: z.string(), key: z.string() }),
  labels: nodes(z.object({ id: z.string(), name: z.string() })),
  assignee: z.object({ id: z.string(), displayName: z.string() }).nullish(),
  creator: person.nullish(),
  botActor: z.object({ name: z.string().nullish() }).nullish(),
  externalUserCreator: named.nullish(),
});
export type RawIssue = z.output<typeof issueSchema>;
export type Person = z.output<typeof person>;

const commentSchema = z.object({
  id: z.string(),
  body: z.string(),
  createdAt: z.string(),
  user: person.nullish(),
  botActor: z.object({ name: z.string().nullish() }).nullish(),
  externalUser: named.nullish(),
});
export type RawComment = z.output<typeof commentSchema>;

export const getSchema = z.object({
  issue: issueSchema.extend({
    comments: z.object({ nodes: z.array(commentSchema), pageInfo: page }),
  }),
});
export type Got = z.output<typeof getSchema>;
export const listSchema = z.object({
  issues: z.object({ nodes: z.array(issueSchema), pageInfo: page }),
});
export type Listed = z.output<typeof listSchema>;
export const teamSchema = z.object({
  teams: nodes(
    z.object({
      id: z.string(),
      key: z.string(),
      name: z.string(),
      states: nodes(z.object({ id: z.string(), type: z.string(), position: z.number() })),
    }),
  ),
  viewer: z.object({ id: z.string(), displayName: z.string(), app: z.boolean().nullish() }),
});
export type Team = z.output<typeof teamSchema>['teams']['nodes'][number];
export const labelsSchema = z.object({
  issueLabels: nodes(
    z.object({ id: z.string(), name: z.string(), team: z.object({ id: z.string() }).nullish() }),
  ),
});
export const madeLabelSchema = z.object({
  issueLabelCreate: z.object({ issueLabel: z.object({ id: z.string(), name: z.string() }) }),
});
export const usersSchema = z.object({
  users: nodes(z.object({ id: z.string(), displayName: z.string() })),
});
export const createdSchema = z.object({
  issueCreate: z.object({ issue: z.object({ identifier: z.string() }) }),
});
export const doneSchema = z.record(z.string(), z.object({ success: z.literal(true) }));
export const foundSchema = z.object({ comment: z.object({ id: z.string() }) });
