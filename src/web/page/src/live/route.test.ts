import { describe, expect, it } from 'vitest';
import { formatRoute, parseRoute, type Route } from './route.ts';

const ROUTES: ReadonlyArray<readonly [hash: string, route: Route]> = [
  ['#/board', { view: { name: 'board' }, session: null, tab: 'thread' }],
  ['#/c/s', { view: { name: 'channel', channel: 's' }, session: null, tab: 'thread' }],
  [
    '#/c/my%20app/s/app-7/diff',
    { view: { name: 'channel', channel: 'my app' }, session: 'app-7', tab: 'diff' },
  ],
  [
    '#/board/s/app-7/diff?project=app&who=web%3Adana&q=a%3F+b',
    {
      view: { name: 'board', filter: { project: 'app', who: 'web:dana', q: 'a? b' } },
      session: 'app-7',
      tab: 'diff',
    },
  ],
  ['#/inbox/s/app-7', { view: { name: 'inbox' }, session: 'app-7', tab: 'thread' }],
];

describe('the address', () => {
  it.each(ROUTES)('%s is read and written the same', (hash, route) => {
    expect(parseRoute(hash)).toEqual(route);
    expect(formatRoute(route)).toBe(hash);
  });

  it.each(['', '#', '#/nonsense', '#/c', '#/%E0%A4%A'])('%j shows the board', (hash) => {
    expect(parseRoute(hash)).toMatchObject({ view: { name: 'board' }, session: null });
  });
});
