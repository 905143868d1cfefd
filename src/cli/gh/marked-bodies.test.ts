import { expect, test } from 'vitest';
import { isMarked } from '../../../plugins/shared/github/marker.ts';
import { markedBodies } from './marked-bodies.ts';

const MARK = `<!-- ao:${'0'.repeat(24)} -->`;

test.each([
  ['pr', 'comment', '1', '--body', 'Done.'],
  ['pr', 'comment', '1', '-b', 'Done.'],
  ['pr', 'review', '--comment', '--body=Done.'],
  ['issue', 'comment', '1', '-b', 'Done.'],
  ['api', 'repos/a/b/pulls/1/comments/2/replies', '-f', 'body=Done.'],
  ['api', 'repos/a/b/issues/1/comments', '--raw-field=body=Done.'],
])('%s %s %s %s %s: what the agent writes has the mark', (...args) => {
  const sent = markedBodies(args.filter((word) => word !== undefined));
  expect(isMarked(sent.at(-1) ?? '')).toBe(true);
  expect(markedBodies(sent)).toEqual(sent);
});

test.each([
  [['pr', 'view', '1', '--body', 'x']],
  [['pr', 'create', '--title', 't', '--body', 'b']],
  [['pr', 'comment', '1', '--body-file', 'x.md']],
  [['api', 'repos/a/b/issues/1/comments', '-F', 'body=@x.md']],
  [['api', 'repos/a/b/issues/1', '-f', 'title=t']],
])('%s goes as it is', (args) => expect(markedBodies(args)).toEqual(args));

test('the mark is the one that ao looks for', () => expect(isMarked(`x\n\n${MARK}`)).toBe(true));
