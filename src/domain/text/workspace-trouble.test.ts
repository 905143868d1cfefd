import { expect, test } from 'vitest';
import type { WorkspaceTrouble } from '../session/facts.ts';
import { troubleId, troubleTexts } from './workspace-trouble.ts';

const setting = (key: string, was: string | null, now: string | null): WorkspaceTrouble => ({
  kind: 'setting',
  file: '/src/app/.git/config',
  key,
  was,
  now,
});

test('settings that were changed are one text, with what they were and how to put them back', () => {
  expect(
    troubleTexts([
      setting('user.email', 'dana@example.org', 'agent@example.org'),
      setting('core.bare', null, 'true'),
    ]),
  ).toEqual([
    '/src/app/.git/config was changed since ao took the project on: user.email is agent@example.org (was dana@example.org), core.bare is true (was not set). It holds in all checkouts of the repository, yours too. If that was not you, put it back:  git config --file "/src/app/.git/config" KEY VALUE , or  --unset KEY  for what was not set.',
  ]);
});

test('another value is told anew, and whoever wrote it chose its characters', () => {
  const [a, b] = [setting('user.name', null, 'a'), setting('user.name', null, 'b')];
  expect(troubleId(a)).not.toBe(troubleId(b));
  const [text = ''] = troubleTexts([setting('user.name', null, `x\u202E\n${'y'.repeat(500)}`)]);
  expect(text).not.toMatch(/[\n\u202E]/);
  expect(text.length).toBeLessThan(600);
});
