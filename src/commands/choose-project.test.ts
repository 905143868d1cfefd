import { expect, test } from 'vitest';
import { chooseProject } from './choose-project.ts';
import type { CommandParts } from './parts.ts';

const world = (ids: readonly string[], bound: string | null = null): CommandParts =>
  ({
    plugins: { projects: () => ids.map((id) => ({ id, enabled: true })) },
    channelProject: () => bound,
  }) as unknown as CommandParts;

const chosen = (ids: readonly string[], text: string, bound: string | null = null): string => {
  const found = chooseProject(world(ids, bound), { project: null, channel: 'c1', text });
  return found.ok ? found.value.id : found.error.code;
};
const ASKED = 'AO_PROJECT_AMBIGUOUS';

test.each([
  ['fix the login in web', 'web'],
  ['web: fix the login', 'web'],
  ['Web needs a new login', 'web'],
  ['fix the login', ASKED],
  ['make api and web agree', ASKED],
  ['fix the login in the project web so that api has it', 'web'],
  ['fix the login in the api project', 'api'],
  ['the webhook is broken', ASKED],
  ['look at src/web/index.ts', ASKED],
  ['see web-kit', ASKED],
  ['look into this\n\nForwarded:\n> web: is down', ASKED],
])('of several projects, "%s" is %s', (text, expected) => {
  expect(chosen(['web', 'api'], text)).toBe(expected);
});

test("the channel's project counts before a name that only occurs, not before one that is addressed", () => {
  expect(chosen(['web', 'api'], 'fix the login in web', 'api')).toBe('api');
  expect(chosen(['web', 'api'], 'web: fix the login', 'api')).toBe('web');
});

test('the only project needs no name, and odd names are taken as they are', () => {
  expect(chosen(['web'], 'fix the login')).toBe('web');
  expect(chosen(['a.b', 'axb'], 'a.b: fix it')).toBe('a.b');
});
