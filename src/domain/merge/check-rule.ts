import type { Check, ChecksFact, PullRequestFact } from '../session/facts.ts';
import { type Fault, faultOf, faultRemedy, faultSentence } from './check-faults.ts';

/**
 * What the checks of the head come to. `known: false`: which checks there are isn't known one by one, `state` is the
 * forge's own summary.
 */
export interface CheckVerdict {
  readonly state: 'none' | 'passing' | 'failing' | 'not_run' | 'running' | 'unknown';
  /** Required ones that failed because of what was pushed. */
  readonly failed: readonly Check[];
  /** Required ones that nobody's code kept from running, by the reason. */
  readonly notRun: ReadonlyArray<{ readonly fault: Fault; readonly checks: readonly Check[] }>;
  readonly running: readonly Check[];
  /** Optional ones that aren't green: named, never decisive. */
  readonly optional: readonly Check[];
}

const FAILED = new Set(['failure', 'timed_out', 'action_required', 'cancelled', 'infrastructure']);

export const hasFailed = (check: Check): boolean =>
  check.conclusion !== null && FAILED.has(check.conclusion);

/** Pure. Required checks decide; where no rule says which are required, all that ran do. */
export function judgeChecks(fact: ChecksFact): CheckVerdict {
  const { counted, others } = split(currentChecks(fact.checks));
  const red = counted.filter(hasFailed);
  const failed = red.filter((check) => faultOf(check) === 'code');
  const notRun = [
    ...Map.groupBy(
      red.filter((check) => !failed.includes(check)),
      faultOf,
    ),
  ].map(([fault, checks]) => ({ fault, checks }));
  const running = counted.filter((check) => check.status !== 'completed');
  const optional = others.filter((check) => hasFailed(check) || check.status !== 'completed');
  const state = stateOf(fact, { failed, notRun, running });
  return { state, failed, notRun, running, optional };
}

function stateOf(
  fact: ChecksFact,
  { failed, notRun, running }: Pick<CheckVerdict, 'failed' | 'notRun' | 'running'>,
): CheckVerdict['state'] {
  if (failed.length > 0) return 'failing';
  if (notRun.length > 0) return 'not_run';
  if (running.length > 0) return 'running';
  // Without a list the forge's own summary is all there is; with one, the list tells it better, as far as it shows why.
  const summary = summaryOf(fact);
  const shown = fact.checks.some(hasFailed)
    ? 'failing'
    : fact.checks.some((check) => check.status !== 'completed')
      ? 'running'
      : null;
  switch (summary) {
    case 'failing':
      return shown === 'failing' ? 'passing' : 'failing';
    case 'running':
      return shown === null ? 'running' : 'passing';
    case 'none':
      return fact.checks.length === 0 ? 'none' : 'passing';
    case 'passing':
    case 'not_run':
    case 'unknown':
      return summary;
  }
}

function summaryOf(fact: ChecksFact): CheckVerdict['state'] {
  switch (fact.state) {
    case 'none':
      return 'none';
    case 'pending':
      return 'running';
    case 'passing':
      return 'passing';
    case 'failing':
      return 'failing';
    case 'unknown':
      return 'unknown';
  }
}

function split(checks: readonly Check[]): {
  readonly counted: readonly Check[];
  readonly others: readonly Check[];
} {
  const told = checks.some((check) => check.required === true);
  const counts = (check: Check): boolean =>
    told ? check.required === true : check.required !== false;
  return { counted: checks.filter(counts), others: checks.filter((check) => !counts(check)) };
}

const WITHDRAWN: ReadonlySet<string> = new Set(['cancelled', 'skipped']);

/**
 * The newest run of each check. An older run of the same name counts no more when the same occasion began both, or when
 * it was cancelled or skipped: something newer took its place. Of runs that the forge doesn't date, all count.
 */
export function currentChecks(checks: readonly Check[]): readonly Check[] {
  return checks.filter(
    (check) =>
      !checks.some(
        (other) =>
          other !== check &&
          other.name === check.name &&
          isNewer(other, check) &&
          (sameOccasion(other, check) || WITHDRAWN.has(check.conclusion ?? '')),
      ),
  );
}

const isNewer = (one: Check, other: Check): boolean =>
  one.order != null && other.order != null && one.order > other.order;
const sameOccasion = (one: Check, other: Check): boolean =>
  (one.occasion ?? null) === (other.occasion ?? null);

/** What did not run, why, and what people can do, each a sentence. */
export const notRunWords = (fact: ChecksFact): readonly string[] =>
  judgeChecks(fact).notRun.flatMap(({ fault, checks }) => [
    faultSentence(fault, checks.map((check) => check.name).join(', ')),
    faultRemedy(fault),
  ]);

/** Whether the checks are those of the head. */
export const areOfHead = (pr: PullRequestFact): boolean =>
  pr.checks.state === 'none' || pr.checks.sha === pr.headSha;
