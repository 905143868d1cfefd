import { expect, test } from 'vitest';
import { agentRules } from './prompt.ts';

const session = { id: 'app-7', branch: 'feat/42', base: 'main', delivery: 'ao' } as const;

test('every agent is told where it is, how to deliver and report, and the six steps', () => {
  const rules = agentRules(session, { text: '', replaceSteps: true });
  expect(rules).toContain('session of ao named app-7');
  expect(rules).toContain('ao pr create --title');
  expect(rules).toContain('ao report working|blocked|needs_input|done');
  expect(rules.match(/^\d\. \w+/gm)).toEqual([
    '1. Understand',
    '2. Plan',
    '3. Implement',
    '4. Verify',
    '5. Review',
    '6. Deliver',
  ]);
  expect(rules).not.toContain('Rules of this project');
});

test("a project's rules follow the six steps, or take their place; what a session is stays", () => {
  const after = agentRules(session, { text: 'Use pnpm.\n', replaceSteps: false });
  expect(after).toMatch(/6\. Deliver[\s\S]*Rules of this project:\nUse pnpm\.$/);
  const instead = agentRules(session, { text: 'First write the test.', replaceSteps: true });
  expect(instead).not.toContain('1. Understand');
  expect(instead).toContain('ao pr create');
  expect(instead).toContain('Never merge, never push to main');
});

test('where the repository lives on a forge, the pull request is opened there', () => {
  const rules = agentRules({ ...session, delivery: 'forge' }, { text: '', replaceSteps: false });
  expect(rules).toContain('push feat/42 and open a pull request into main');
  expect(rules).not.toContain('ao pr create');
});

test('where branches live at the forge, the agent is told to push', () => {
  const rules = (delivery: 'ao' | 'push' | 'adopted') =>
    agentRules({ ...session, delivery }, { text: '', replaceSteps: false });
  expect(rules('push')).toMatch(
    /commit on this branch, push it, and run {2}ao pr create .* Push later commits too/,
  );
  expect(rules('ao')).not.toMatch(/push it/);
  expect(rules('adopted')).toContain(
    'its pull request is open already. Commits show there once they are pushed',
  );
  expect(rules('adopted')).not.toContain('ao pr create');
});
