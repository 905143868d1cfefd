import type { Check } from '../session/facts.ts';

/**
 * Whose matter a failed check is. `code`: what was pushed, so the agent's. All others are nobody's code: people are told,
 * once a project, and no attempt of the agent is counted.
 */
export type Fault =
  | 'code'
  | 'payment'
  | 'quota'
  | 'runner'
  | 'not_started'
  | 'approval'
  | 'cancelled';

/** Words of forges and runners about themselves, seen in annotations and at the end of logs. */
const WORDS: ReadonlyArray<readonly [Fault, RegExp]> = [
  [
    'payment',
    /account payments? (?:have|has) failed|spending limit (?:needs|has) to be (?:increased|raised)|locked due to a billing|billing (?:issue|problem)|payment (?:method )?(?:was )?(?:declined|required)/i,
  ],
  [
    'quota',
    /(?:out of|no more|used (?:up )?all|exceeded) (?:\w+ ){0,4}(?:included|free|compute|build|actions|ci(?:\/cd)?) (?:\w+ )?minutes|(?:compute|ci(?:\/cd)?|build|pipeline|actions) (?:minutes )?quota|(?:minutes|storage) quota (?:is |was |has been )?(?:exceeded|used up|reached)|usage limit (?:for|of) (?:github )?actions/i,
  ],
  [
    'runner',
    /lost communication with the server|runner (?:has )?(?:received a shutdown signal|went offline|was lost)|no (?:enabled |matching |available )*runners? (?:is |are |were )?(?:online|available|found)|not acquired by runner|runner system failure|hosted runner encountered an error|no space left on device|the job was abandoned/i,
  ],
  [
    'not_started',
    /(?:job|workflow|check|run) (?:was not|could not be|wasn't|couldn't be) started|startup failure|invalid workflow file/i,
  ],
];

/** A log that names a failed test or a compiler's error is about the code, whatever else it says. */
const CODE = [
  /\b(?:AssertionError|SyntaxError|TypeError|ReferenceError)\b/,
  /\berror TS\d+/,
  /\bnot ok \d+/,
  /expected .* (?:to|but)/i,
  /\b[1-9]\d* (?:failing|failed)\b/,
];

/** Pure. What can't be told apart is taken for the code's. */
export function faultOf(check: Check): Fault {
  if (check.conclusion === 'action_required') return 'approval';
  if (check.conclusion === 'timed_out') return 'code';
  const said = saidBy(check.excerpt);
  if (check.conclusion === 'cancelled') return said ?? 'cancelled';
  if (check.conclusion === 'infrastructure') return said ?? 'not_started';
  return said ?? 'code';
}

function saidBy(excerpt: string | null): Fault | null {
  if (excerpt === null || CODE.some((pattern) => pattern.test(excerpt))) return null;
  return WORDS.find(([, pattern]) => pattern.test(excerpt))?.[0] ?? null;
}

/** What another run may cure without anybody doing something first. */
export function mayPassAgain(fault: Fault): boolean {
  switch (fault) {
    case 'runner':
    case 'not_started':
    case 'cancelled':
      return true;
    case 'code':
    case 'payment':
    case 'quota':
    case 'approval':
      return false;
  }
}

/** Why it did not run, as a sentence; `names` are those of the checks. */
export function faultSentence(fault: Fault, names: string): string {
  const one = `${names} did not run`;
  switch (fault) {
    case 'code':
      return `${names} failed.`;
    case 'payment':
      return `${one}: the forge says that the account's payments failed or its spending limit is reached.`;
    case 'quota':
      return `${one}: the account's minutes for checks are used up.`;
    case 'runner':
      return `${one} to its end: the runner was lost or there was none.`;
    case 'not_started':
      return `${one}: the forge could not start it.`;
    case 'approval':
      return `${one}: somebody must allow it at the forge first.`;
    case 'cancelled':
      return `${one} to its end: it was cancelled.`;
  }
}

/** What a person can do about it, as a sentence. */
export function faultRemedy(fault: Fault): string {
  switch (fault) {
    case 'code':
      return 'The agent fixes it; a person may reply with a hint or rerun the checks.';
    case 'payment':
      return 'The person who pays for the account settles the bill or raises the limit at the forge, then presses Rerun checks.';
    case 'quota':
      return 'An admin of the account adds minutes or waits until they are renewed, then presses Rerun checks.';
    case 'runner':
      return 'An admin of the runners brings one back, then presses Rerun checks.';
    case 'not_started':
      return "A person looks at the check's page at the forge, mends its setup and presses Rerun checks.";
    case 'approval':
      return 'A maintainer opens the check at the forge and allows it to run.';
    case 'cancelled':
      return 'A person presses Rerun checks.';
  }
}
