/** Fields that only some servers have (Enterprise, newer versions): left out where a server says that it doesn't know one. */
export const OPTIONAL: ReadonlySet<string> = new Set([
  'mergeabilityChecks',
  'mergeTrainCar',
  'approvalsLeft',
  'approvalsRequired',
  'autoMergeEnabled',
  'reviewState',
  'resolvedDiscussionsCount',
  'warnings',
  'internal',
  'lastEditedAt',
  'failureMessage',
  'queryComplexity',
]);

const CORE = `
  iid title draft state webUrl diffHeadSha diffRefs { baseSha startSha }
  sourceBranch targetBranch sourceProject { id fullPath }
  createdAt updatedAt author { username } mergeUser { username } mergeCommitSha
  detailedMergeStatus conflicts
  mergeabilityChecks { identifier status }
  mergeTrainCar { status }
  approved
  approvalsLeft
  approvalsRequired
  approvedBy { nodes { username } }
  reviewers { nodes { username mergeRequestInteraction {
    reviewed
    reviewState
  } } }
  autoMergeEnabled
  labels { nodes { title } } diffStatsSummary { additions deletions fileCount }
  headPipeline { id sha status updatedAt
    warnings
  }
  userNotesCount
  resolvedDiscussionsCount
  allowCollaboration userPermissions { pushToSourceBranch }
`;

const JOBS = `
  iid headPipeline { id status updatedAt jobs(retried: false, first: 100) { nodes {
    id name status allowFailure webPath kind downstreamPipeline { id }
    failureMessage
  } pageInfo { hasNextPage } } }
`;

const TALK = `
  iid updatedAt notes(first: 100, after: $after) { nodes {
    id body system createdAt resolvable author { username bot }
    internal
    lastEditedAt
    position { filePath newLine oldLine diffRefs { baseSha headSha } }
    discussion { id resolved resolvable }
  } pageInfo { hasNextPage endCursor } }
`;

export type Part = 'branches' | 'numbers' | 'jobs' | 'talk';

const PARTS: Readonly<Record<Part, string>> = {
  branches: `branches: mergeRequests(sourceBranches: $branches, first: 50, sort: CREATED_DESC) { nodes { ...core } }`,
  numbers: `numbers: mergeRequests(iids: $numbers, first: 100) { nodes { ...core } }`,
  jobs: `jobs: mergeRequests(iids: $jobs, first: 100) { nodes { ${JOBS} } }`,
  talk: `talk: mergeRequests(iids: $talk, first: 20) { nodes { ${TALK} } }`,
};

/** One question with the parts that are asked for; `without`: fields the server doesn't know. */
export function lookQuery(parts: readonly Part[], without: ReadonlySet<string>): string {
  const lists = parts.map((part) => `, $${part}: [String!]`).join('');
  const after = parts.includes('talk') ? ', $after: String' : '';
  const core = parts.includes('branches') || parts.includes('numbers');
  const text = `query ($project: ID!${lists}${after}) {
  project(fullPath: $project) { ${parts.map((part) => PARTS[part]).join('\n')} }
  queryComplexity { score limit }
}${core ? `\nfragment core on MergeRequest {${CORE}}` : ''}`;
  // Each optional field has a line of its own.
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => !without.has(/^\w+/.exec(line)?.[0] ?? ''))
    .join('\n');
}

export const REREVIEW = `mutation ($project: ID!, $iid: String!, $user: UserID!) {
  mergeRequestReviewerRereview(input: { projectPath: $project, iid: $iid, userId: $user }) { errors }
}`;
export const SET_DRAFT = `mutation ($project: ID!, $iid: String!) {
  mergeRequestSetDraft(input: { projectPath: $project, iid: $iid, draft: false }) { errors }
}`;
