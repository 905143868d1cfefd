import { describe, expect, it } from 'vitest';
import { issueFixtures, sessionFixtures } from '../../../../../test/fakes/web-fixtures.ts';
import { suggest } from './completion.ts';

const known = {
  sessions: sessionFixtures(0),
  issues: issueFixtures,
  projects: ['app', 'api'],
  project: 'app',
};
const texts = (typed: string): string[] => suggest(typed, known).map((one) => one.text);

describe('completion', () => {
  it.each([
    ['/', '/ao spawn '],
    ['/ao', '/ao spawn '],
    ['/ao me', '/ao merge '],
    ['!int', '!interrupt '],
    ['/ao spawn 46', '/ao spawn 46 '],
    ['/ao spawn 46 4', '/ao spawn 46 42 '],
    ['/ao kill flaky', '/ao kill app-7 '],
    ['/ao status ap', '/ao status app '],
  ])('offers %j first', (typed, first) => {
    expect(texts(typed)[0]).toBe(first);
  });

  it.each([
    '',
    'hello',
    '/etc/hosts',
    '/ao nonsense x',
    '/ao spawn "a text',
    '/ao help s',
    'two\n/ao',
  ])('offers nothing for %j', (typed) => {
    expect(texts(typed)).toEqual([]);
  });

  it("offers issues of the channel's project only, and no ended session where a live one is needed", () => {
    expect(texts('/ao spawn 9')).toEqual([]);
    expect(texts('/ao merge app-6')).toEqual([]);
    expect(texts('/ao restore app-6')).toEqual(['/ao restore app-6 ']);
  });
});
