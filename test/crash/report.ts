import { described, type Run } from './run.ts';

/** docs/crash-matrix.md: what was tried, and what came of it. */
export function crashReport(
  unkilled: readonly Run[],
  runs: readonly Run[],
  planned: number,
  seed: number,
): string {
  const steps = runs.filter((run) => run.death?.type === 'steps');
  const moments = runs.filter((run) => run.death?.type === 'moments');
  const wrong = runs.filter((run) => run.wrong.length > 0);
  const missed = steps.flatMap((run) => stepsOf(run).filter((step) => !run.steps.includes(step)));
  return [
    '# The crash matrix',
    '',
    'Written by `npm run test:crash`. One scenario (spawn, question, two failed checks, escalation, steer, review, merge, clean-up), told on web, Slack and',
    'Discord at once and steered from one of them, is killed with SIGKILL several times, started again each time, and compared at the end with the same scenario',
    'that nobody killed: every post, card, receipt, message to the agent, commit, ref, worktree, terminal, issue comment and event. Only the notice of the',
    'restart itself is left out. A step is killed before its handler runs, or after it ran and before its outcome was saved. Live cards are drawn as often as',
    'time allows; the first drawings of each are steps.',
    '',
    '| what | runs | kills | runs that ended the same |',
    '|---|---|---|---|',
    row('before and after every step of the outbox', steps),
    row('at random moments', moments),
    row('all', runs),
    '',
    ...(runs.length === planned
      ? []
      : [`Ended early: ${runs.length} of ${planned} planned runs.`, '']),
    `Seed of the random moments: ${seed}. Steps of the run without a kill: ${unkilled.map((run) => `${run.steps.length} (${run.platform})`).join(', ')}.`,
    ...(missed.length === 0
      ? []
      : ['', `Not reached in their run: ${missed.map((step) => `\`${step}\``).join(', ')}.`]),
    '',
    wrong.length === 0 ? 'No run ended differently.' : 'Ended differently:',
    ...wrong.map((run) => `- ${run.platform}, ${described(run.death)}: ${run.wrong[0] ?? ''}`),
    '',
    '## Killed at the steps of',
    '',
    '| effect | steps, before and after |',
    '|---|---|',
    ...byType(steps),
    '',
  ].join('\n');
}

const row = (what: string, runs: readonly Run[]): string =>
  `| ${what} | ${runs.length} | ${runs.reduce((sum, run) => sum + run.kills, 0)} | ${runs.filter((run) => run.wrong.length === 0).length} |`;

const stepsOf = (run: Run): readonly string[] =>
  run.death?.type === 'steps' ? run.death.steps : [];

function byType(runs: readonly Run[]): readonly string[] {
  const reached = runs.flatMap((run) => stepsOf(run).filter((step) => run.steps.includes(step)));
  return [...Map.groupBy(reached, (step) => step.split(' ')[1] ?? '')]
    .toSorted(([a], [b]) => a.localeCompare(b))
    .map(([type, steps]) => `| \`${type}\` | ${steps.length} |`);
}
