import { expect, it } from 'vitest';
import { classify } from './classify.ts';
import { limitOf, parseHttpAnswer } from './http-answer.ts';

it.each([
  ['pr view 12 --json state', 'read cached'],
  ['-R acme/app pr checks 12', 'read cached'],
  ['pr --repo acme/app list', 'read cached'],
  ['issue list --label bug', 'read cached'],
  ['search prs --author @me', 'read cached'],
  ['status', 'read cached'],
  ['run watch 7', 'read'],
  ['pr checks 12 --watch', 'read'],
  ['pr view --web', 'read'],
  ['api repos/acme/app/pulls', 'read cached api'],
  ['api repos/acme/app/pulls --jq .[].number', 'read cached api'],
  ['api --method GET search/issues -f q=x', 'read cached'],
  ['api --paginate repos/acme/app/pulls', 'read cached'],
  ['api -i user', 'read cached'],
  ['api -X PATCH repos/acme/app', 'write'],
  ['api -XDELETE repos/acme/app', 'write'],
  ['api repos/acme/app/issues -f title=x', 'write'],
  ['api repos/acme/app/issues --input body.json', 'write'],
  ['api graphql -f query={viewer{login}}', 'read cached'],
  ['api graphql -f query=mutation{x}', 'write'],
  ['api graphql -F query=@file.graphql', 'write'],
  ['pr create --title x', 'write opens'],
  ['pr new --fill -R acme/app', 'write opens'],
  ['pr create --web', 'write'],
  ['pr merge 12', 'write'],
  ['issue edit 3 --add-label x', 'write'],
  ['my-alias', 'write'],
  ['auth status', 'local'],
  ['pr view --help', 'local'],
  ['--version', 'local'],
])('gh %s: %s', (line, expected) => {
  const use = classify(line.split(' '));
  expect(
    [
      use.kind,
      ...(use.kind === 'read' && use.cache ? ['cached'] : []),
      ...(use.kind === 'read' && use.api ? ['api'] : []),
      ...(use.kind === 'write' && use.opens ? ['opens'] : []),
    ].join(' '),
  ).toBe(expected);
});

it('reads what gh api --include prints', () => {
  const answer = parseHttpAnswer(
    'HTTP/2.0 200 OK\nEtag: W/"a"\r\nX-Ratelimit-Limit: 5000\r\nX-Ratelimit-Remaining: 10\r\nX-Ratelimit-Reset: 2000\r\n\r\n{"a":1}\n\nb',
  );
  expect(answer).toMatchObject({ status: 200, body: '{"a":1}\n\nb' });
  expect(answer === null ? null : limitOf(answer)).toEqual({
    name: 'core',
    limit: 5_000,
    used: 4_990,
    remaining: 10,
    resetAt: 2_000_000,
  });
  expect(parseHttpAnswer('error connecting to api.github.com')).toBeNull();
});
