/**
 * What is asked of GitHub's GraphQL. Cost (points) = connections to be walked / 100, at least 1 a query: CORE has none, so a
 * hundred pull requests cost one point; TALK has about 35 a pull request and is asked only of those that changed.
 */

const CORE = `fragment Core on PullRequest {
  id number title url state isDraft createdAt updatedAt headRefName headRefOid baseRefName baseRefOid
  isCrossRepository maintainerCanModify headRepository { id nameWithOwner viewerPermission } headRepositoryOwner { login }
  additions deletions changedFiles mergeable mergeStateStatus reviewDecision
  author { login } isInMergeQueue isMergeQueueEnabled autoMergeRequest { enabledAt } mergedBy { login } mergeCommit { oid }
  statusCheckRollup { state commit { oid } }
  baseRef { refUpdateRule { requiredStatusCheckContexts } }
}`;

const ACTOR = 'author { login __typename } authorAssociation viewerDidAuthor';

const REVIEW = `id body state submittedAt lastEditedAt isMinimized ${ACTOR}`;
const COMMENT = `id body createdAt lastEditedAt isMinimized ${ACTOR}`;

/** Threads, reviews and comments from the newest back; a page more is asked where there are more. */
const TALK = `fragment Talk on PullRequest {
  labels(first: 50) { nodes { name } }
  latestOpinionatedReviews(first: 50) { nodes { id submittedAt state commit { oid } authorCanPushToRepository author { login } } }
  timelineItems(last: 1, itemTypes: [BASE_REF_CHANGED_EVENT]) { nodes { ... on BaseRefChangedEvent { createdAt } } }
  reviews(last: 60) { pageInfo { hasPreviousPage startCursor } nodes { ${REVIEW} } }
  comments(last: 60) { pageInfo { hasPreviousPage startCursor } nodes { ${COMMENT} } }
  ...Threads
}
fragment Threads on PullRequest {
  reviewThreads(last: 30) { pageInfo { hasPreviousPage startCursor } nodes { ...Thread } }
}
${threadFragment()}`;

function threadFragment(): string {
  return `fragment Thread on PullRequestReviewThread {
  id isResolved path line originalLine
  comments(first: 100) { nodes { id body diffHunk createdAt lastEditedAt isMinimized state ${ACTOR} } }
}`;
}

const byNumber = (numbers: readonly number[], selection: string): string =>
  numbers.map((number) => `p${number}: pullRequest(number: ${number}) { ${selection} }`).join('\n');

const inRepository = (body: string): string =>
  `query ($owner: String!, $repo: String!) { rateLimit { cost remaining } repository(owner: $owner, name: $repo) { ${body} } }`;

export const coreQuery = (numbers: readonly number[]): string =>
  `${inRepository(byNumber(numbers, '...Core'))}\n${CORE}`;

export const fullQuery = (numbers: readonly number[]): string =>
  `${inRepository(byNumber(numbers, '...Core ...Talk'))}\n${CORE}\n${TALK}`;

/** The newest pull requests of each branch. Branch names go in as variables: they are other people's text. */
export function branchQuery(count: number): string {
  const aliases = Array.from(
    { length: count },
    (_, index) =>
      `b${index}: pullRequests(headRefName: $b${index}, first: 5, orderBy: { field: CREATED_AT, direction: DESC }) { nodes { ...Core } }`,
  );
  const variables = Array.from({ length: count }, (_, index) => `$b${index}: String!`);
  return `query ($owner: String!, $repo: String!, ${variables.join(', ')}) { rateLimit { cost remaining } repository(owner: $owner, name: $repo) { ${aliases.join('\n')} } }\n${CORE}`;
}

export const THREADS_PAGE = `query ($id: ID!, $before: String) { rateLimit { cost remaining } node(id: $id) { ... on PullRequest {
  reviewThreads(last: 50, before: $before) { pageInfo { hasPreviousPage startCursor } nodes { ...Thread } } } } }
${threadFragment()}`;

export const REVIEWS_PAGE = `query ($id: ID!, $before: String) { rateLimit { cost remaining } node(id: $id) { ... on PullRequest {
  reviews(last: 100, before: $before) { pageInfo { hasPreviousPage startCursor } nodes { ${REVIEW} } } } } }`;

export const COMMENTS_PAGE = `query ($id: ID!, $before: String) { rateLimit { cost remaining } node(id: $id) { ... on PullRequest {
  comments(last: 100, before: $before) { pageInfo { hasPreviousPage startCursor } nodes { ${COMMENT} } } } } }`;

export const MARK_READY =
  'mutation ($id: ID!) { markPullRequestReadyForReview(input: { pullRequestId: $id }) { clientMutationId } }';

/** Checks one by one, of a pull request that fails. */
export const CONTEXTS = `query ($owner: String!, $repo: String!, $number: Int!, $after: String) { rateLimit { cost remaining } repository(owner: $owner, name: $repo) { pullRequest(number: $number) {
  headRefOid statusCheckRollup { state commit { oid } contexts(first: 100, after: $after) { pageInfo { hasNextPage endCursor } nodes { __typename
    ... on CheckRun { databaseId name status conclusion detailsUrl title summary isRequired(pullRequestNumber: $number) checkSuite { app { slug } workflowRun { databaseId event workflow { name } } } }
    ... on StatusContext { context state description targetUrl isRequired(pullRequestNumber: $number) }
  } } } } } }`;

export const ENQUEUE =
  'mutation ($id: ID!, $sha: GitObjectID!) { enqueuePullRequest(input: { pullRequestId: $id, expectedHeadOid: $sha }) { mergeQueueEntry { id } } }';

/** Octokit keeps the name `method` of a variable for itself. */
export const AUTO_MERGE =
  'mutation ($id: ID!, $sha: GitObjectID!, $how: PullRequestMergeMethod!, $headline: String, $body: String) { enablePullRequestAutoMerge(input: { pullRequestId: $id, expectedHeadOid: $sha, mergeMethod: $how, commitHeadline: $headline, commitBody: $body }) { clientMutationId } }';

export const REPLY =
  'mutation ($thread: ID!, $body: String!) { addPullRequestReviewThreadReply(input: { pullRequestReviewThreadId: $thread, body: $body }) { comment { id } } }';

export const RESOLVE =
  'mutation ($thread: ID!) { resolveReviewThread(input: { threadId: $thread }) { thread { id isResolved } } }';

export const MINIMIZE =
  'mutation ($id: ID!) { minimizeComment(input: { subjectId: $id, classifier: RESOLVED }) { minimizedComment { isMinimized } } }';

export const NO_AUTO_MERGE =
  'mutation ($id: ID!) { disablePullRequestAutoMerge(input: { pullRequestId: $id }) { clientMutationId } }';
