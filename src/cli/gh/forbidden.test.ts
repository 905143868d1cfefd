import { expect, test } from 'vitest';
import { forbidden } from './forbidden.ts';
import { refusalWords, type Whose } from './rules/verdict.ts';

const FILES: Readonly<Record<string, string>> = {
  'merge.graphql':
    'mutation($p: ID!) { mergePullRequest(input: {pullRequestId: $p}) { clientMutationId } }',
  'title.json': '{"title": "x"}',
  'base.json': '{"base": "main"}',
  'variables.json':
    '{"query": "mutation($i: UpdatePullRequestInput!) { updatePullRequest(input: $i) { clientMutationId } }", "variables": {"i": {"pullRequestId": "x", "baseRefName": "main"}}}',
};
const OWNERS: Readonly<Record<string, Whose>> = { '1': 'own', '2': 'session', '3': 'other' };
const ALIASES = 'co: pr checkout\nship: pr merge --squash\nretarget: pr edit $1 --base $2\n';

const told = (args: readonly string[]): Promise<string | null> =>
  forbidden(args, {
    aliases: async () => ALIASES,
    whose: async ({ pull }) => OWNERS[pull ?? '1'] ?? null,
    read: (path) => FILES[path] ?? null,
  });
/** Words of a line; quotes keep blanks together. */
const words = (line: string): readonly string[] =>
  [...line.matchAll(/'([^']*)'|(\S+)/g)].map((found) => found[1] ?? found[2] ?? '');

test.each([
  ['merge', 'pr merge 1'],
  ['merge', 'pr merge 1 --auto --squash'],
  ['merge', '-R acme/app pr merge'],
  ['merge', 'pr -R acme/app merge 1'],
  ['merge', 'pr --body x merge 1'],
  ['merge', 'pr merge 1 -b -h'],
  ['merge', 'pr merge --body --help 1'],
  ['merge', 'ship 1'],
  ['merge', 'api -X PUT repos/acme/app/pulls/1/merge'],
  ['merge', 'api --method=put /repos/acme/app/pulls/1/merge?x=1'],
  ['merge', 'api -iXPUT repos/{owner}/{repo}/pulls//1/merge/'],
  ['merge', 'api https://api.github.com/repos/acme/app/pulls/1/merge -f merge_method=squash'],
  ['merge', 'api repositories/7/pulls/1/%6Derge -X PUT'],
  ['merge', "api -H 'X-HTTP-Method-Override: PUT' repos/acme/app/pulls/1/merge"],
  ['merge', 'api repos/acme/app/merges -f base=main -f head=feat/x'],
  [
    'merge',
    'api graphql -f \'query=mutation{mergePullRequest(input:{pullRequestId:"x"}){clientMutationId}}\'',
  ],
  ['merge', "api graphql --raw-field 'query=mutation { a: enqueuePullRequest(input: {}) { x } }'"],
  ['merge', 'api graphql -f \'query=mutation { # "\n mergePullRequest(input: {}) { x } # "\n }\''],
  ['merge', 'api graphql -F query=@merge.graphql -f p=x'],
  ['base', 'pr edit 1 --base main'],
  ['base', 'pr edit --base=main'],
  ['base', 'pr edit -Bmain 1'],
  ['base', 'pr edit 1 --title x -B main'],
  ['base', 'pr -B main edit 1'],
  ['base', 'retarget 1 main'],
  ['base', 'api -X PATCH repos/acme/app/pulls/1 -f base=main'],
  ['base', 'api -X PATCH repos/acme/app/pulls/1 --field=base=@x'],
  ['base', 'api repos/acme/app/pulls/1 -f title=x -f base=main'],
  ['base', 'api -X PATCH repos/acme/app/pulls/1?base=main -f title=x'],
  ['base', 'api -X PATCH repos/acme/app/pulls/1 --input base.json'],
  [
    'base',
    'api graphql -f \'query=mutation { updatePullRequest(input: {pullRequestId: "x", baseRefName: "main"}) { clientMutationId } }\'',
  ],
  [
    'base',
    "api graphql -F 'i[baseRefName]=main' -f 'query=mutation($i: UpdatePullRequestInput!) { updatePullRequest(input: $i) { x } }'",
  ],
  ['base', 'api graphql --input variables.json'],
  ['state', 'pr close 2'],
  ['state', 'pr close 3 --comment bye'],
  ['state', 'pr reopen 3'],
  ['state', 'pr close -d 2'],
  ['state', 'pr close unknown-branch'],
  ['state', 'issue close 2'],
  ['state', 'api -X PATCH repos/acme/app/pulls/2 -f state=closed'],
  ['state', 'api -X PATCH repos/acme/app/issues/2 -f state=closed'],
  [
    'state',
    'api graphql -f \'query=mutation { closePullRequest(input: {pullRequestId: "x"}) { x } }\'',
  ],
  ['approve', 'pr review 1 --approve'],
  ['approve', 'pr review -a'],
  ['approve', 'pr review -ab fine 2'],
  ['approve', 'api repos/acme/app/pulls/1/reviews -f event=APPROVE'],
  ['approve', 'api repos/acme/app/pulls/1/reviews/5/events -f event=approve'],
  [
    'approve',
    "api graphql -f e=APPROVE -f 'query=mutation($e: X) { addPullRequestReview(input: {event: $e}) { x } }'",
  ],
  ['dismiss', 'api -X PUT repos/acme/app/pulls/1/reviews/5/dismissals -f message=x'],
  ['branch', 'api -X PATCH repos/acme/app/git/refs/heads/main -f sha=abc'],
  ['protection', 'repo edit --default-branch x'],
  ['protection', 'api -X DELETE repos/acme/app/branches/main/protection'],
  ['protection', 'api -X PUT repos/acme/app/rulesets/5 -f enforcement=disabled'],
  ['protection', 'api -X PATCH repos/acme/app -f default_branch=x'],
  ['checks', 'api repos/acme/app/statuses/abc -f state=success -f context=build'],
  ['checks', 'api repos/acme/app/check-runs -f conclusion=success'],
  ['unreadable', 'api -X PATCH repos/acme/app/pulls/1 --input -'],
  ['unreadable', 'api graphql --input -'],
  ['unreadable', 'api graphql -F query=@-'],
] as const)('%s: gh %s', async (rule, line) => {
  expect(await told(words(line))).toBe(refusalWords(rule));
});

test.each([
  'pr view 2',
  'pr merge --help',
  'pr create --base main --title x',
  'pr edit 1 --title --base',
  'pr edit 1 --add-label x',
  'pr comment 2 --body merge',
  'pr close 1 --delete-branch',
  'pr reopen 1',
  'pr review 3 --approve',
  'pr review 2 --comment --body -a',
  'pr review 1 --request-changes -b no',
  'pr ready',
  'co 2',
  'issue close 3',
  'issue close 77',
  'issue edit 2 --add-label x',
  'run rerun 7 --failed',
  'repo view',
  'api repos/acme/app/pulls/2',
  'api -X GET repos/acme/app/pulls -f base=main -f state=closed',
  'api -X PATCH repos/acme/app/pulls/2 -f title=x',
  'api -X PATCH repos/acme/app/pulls/1 --input title.json',
  'api repos/acme/app/pulls -f title=x -f head=y -f base=main',
  'api repos/acme/app/issues/2/comments -f body=merge',
  'api repos/acme/app/pulls/1/comments/2/replies -f body=base',
  'api graphql -f \'query={ repository(owner: "a", name: "b") { pullRequest(number: 1) { baseRefName state } } }\'',
  'api graphql -f \'query=mutation { updatePullRequest(input: {pullRequestId: "x", title: "baseRefName: mergePullRequest"}) { pullRequest { baseRefName state } } }\'',
  'api graphql -f \'query=mutation { resolveReviewThread(input: {threadId: "x"}) { clientMutationId } }\'',
])('gh %s goes through', async (line) => {
  expect(await told(words(line))).toBeNull();
});

test('whose a pull request is that ao can not be asked about stays unknown, and so refused', async () => {
  const world = { aliases: async () => '', whose: async () => null, read: () => null };
  expect(await forbidden(['pr', 'close', '1'], world)).toBe(refusalWords('state'));
  expect(await forbidden(['pr', 'review', '-a', '3'], world)).toBe(refusalWords('approve'));
  expect(await forbidden(['issue', 'close', '1'], world)).toBeNull();
});
