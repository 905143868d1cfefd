import { expect, test } from 'vitest';
import { isAllowed } from './requests.ts';

const run = (command: unknown, approve: 'nothing' | 'edits' | 'everything') =>
  isAllowed({ toolCallId: 't', kind: 'execute', rawInput: { command } } as never, {
    approve,
    cwd: '/tree',
  });

test("ao's own commands are allowed in every mode, and nothing that only begins like one", () => {
  expect(run('ao report done "x"', 'nothing')).toBe(true);
  expect(run('ao report done "x"; rm -rf .', 'edits')).toBe(false);
  expect(run(['ao', 'report', 'done'], 'edits')).toBe(false);
  expect(run('ls', 'edits')).toBe(false);
  expect(run('ls', 'everything')).toBe(true);
});
