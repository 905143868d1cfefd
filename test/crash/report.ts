import type { Run } from './run.ts';

/** docs/crash-matrix.md: what was tried, and what came of it. */
export function crashReport(unkilled: readonly Run[], runs: readonly Run[], seed: number): string {
  const steps = runs.filter((run) => run.death?.type === 'step');
  const moments = runs.filter((run) => run.death?.type === 'moments');
  const wrong = runs.filter((run) => run.wrong.length > 0);
  const missed = steps.filter((run) => run.kills === 0);
  return [
    '# The crash matrix',
    '',
    'Written by `npm run test:crash`. One scenario (spawn, question, two failed checks, escalation, steer, review, merge, clean-up), told on web, Slack and',
    'Discord at once and steered from one of them, is killed with SIGKILL, started again, and compared with the same scenario that nobody killed: every post,',
    'card, receipt, message to the agent, commit, ref, worktree, terminal, issue comment and event. The notice of the restart itself is left out.',
    '',
    '| what | runs | killed | same result |',
    '|---|---|---|---|',
    row('before and after every step of the outbox', steps),
    row('at random moments, every third twice', moments),
    row('all', runs),
    '',
    `Seed of the random moments: ${seed}. Kills in all: ${runs.reduce((sum, run) => sum + run.kills, 0)}. Steps of the run without a kill: ${unkilled
      .map((run) => `${run.steps.length} (${run.platform})`)
      .join(', ')}.`,
    ...(missed.length === 0
      ? []
      : ['', `Not reached, because cards that change quickly are drawn once for several changes: ${missed.map((run) => `\`${nameOf(run)}\``).join(', ')}.`]),
    '',
    wrong.length === 0 ? 'No run ended differently.' : 'Ended differently:',
    ...wrong.map((run) => `- ${run.platform}, ${nameOf(run)}: ${run.wrong[0] ?? ''}`),
    '',
    '## Killed at the steps of',
    '',
    '| step | before it, and after it before its outcome was saved |',
    '|---|---|',
    ...byType(steps),
    '',
  ].join('\n');
}

const row = (what: string, runs: readonly Run[]): string =>
  `| ${what} | ${runs.length} | ${runs.filter((run) => run.kills > 0).length} | ${runs.filter((run) => run.wrong.length === 0).length} |`;

const nameOf = (run: Run): string =>
  run.death === null ? '' : run.death.type === 'step' ? run.death.step : `after ${run.death.after.map((ms) => `${ms} ms`).join(' and ')}`;

function byType(steps: readonly Run[]): readonly string[] {
  const groups = Map.groupBy(steps, (run) => nameOf(run).split(' ')[1] ?? '');
  return [...groups]
    .toSorted(([a], [b]) => a.localeCompare(b))
    .map(([type, runs]) => {
      const killed = runs.filter((run) => run.kills > 0);
      return `| \`${type}\` | ${killed.length} kills, ${killed.filter((run) => run.wrong.length === 0).length} the same |`;
    });
}
