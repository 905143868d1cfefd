import type { Check } from '../../../src/domain/session/facts.ts';
import { hasFailed } from '../../../src/domain/session/pr.ts';
import { findExcerpt, plainText } from '../../../src/domain/text/excerpt.ts';
import { notFound, PluginError } from '../../../src/slots/errors.ts';
import type { Purpose } from '../../shared/forge-http/governor.ts';
import type { GitHubClient } from '../../shared/github/client.ts';
import { textOf } from '../../shared/github/text.ts';
import type { Reader } from './reader.ts';
import type { CheckRunNode, ContextNode } from './schema.ts';

/** Most failing checks whose logs are read: what an agent can use at once. */
const MAX_LOGS = 6;
/** Longest part of a log that is looked at; errors stand near its end. */
const MAX_LOG = 4 * 1_048_576;
const MAX_ANNOTATIONS = 20;
/** GitHub puts the time before each line. */
const STAMP = /^\uFEFF?\d{4}-\d{2}-\d{2}T[\d:.]+Z ?/gm;
const GROUP = /^##\[(?:group|endgroup|section|command)\].*\n?/gm;

export interface CheckDetails {
  /** All checks of the head, at most `maxAge` ms old, with excerpts for those that failed. Null: the head is another commit by now. */
  failing(number: number, sha: string, maxAge: number): Promise<readonly Check[] | null>;
  /** Whole log of the check `ref`. */
  log(ref: string): Promise<string>;
}

interface DetailsState {
  readonly client: GitHubClient;
  readonly reader: Reader;
}

export function createCheckDetails(client: GitHubClient, reader: Reader): CheckDetails {
  const details: DetailsState = {
    client,
    reader,
  };
  return {
    failing: (number, sha, maxAge) => failing(details, number, sha, maxAge),
    log: (ref) => log(details, ref),
  };
}

async function excerptOf(details: DetailsState, node: ContextNode): Promise<string | null> {
  try {
    if (node.__typename === 'StatusContext')
      return (
        [node.description, node.targetUrl]
          .filter((part) => part !== null && part !== '')
          .join('\n') || null
      );
    const fromLog = isJob(node) ? await jobExcerpt(details, node.databaseId, node) : null;
    return fromLog ?? (await outputExcerpt(details, node));
  } catch (error) {
    // Logs that are gone or not for us don't hide that the check failed.
    if (error instanceof PluginError && error.kind !== 'transient')
      return `(its log could not be read: ${error.message})`;
    throw error;
  }
}

async function jobExcerpt(
  details: DetailsState,
  id: number,
  run: CheckRunNode,
): Promise<string | null> {
  const job = await details.client.rest('details', `job ${id}`, (octokit, at) =>
    octokit.rest.actions.getJobForWorkflowRun({ ...at, job_id: id }),
  );
  const step = job.steps?.find(
    (one) => one.conclusion === 'failure' || one.conclusion === 'timed_out',
  );
  // No step failed: the job was not started, or lost its runner. GitHub says so in an annotation, and there may be no log.
  if (step === undefined) {
    const said = await outputExcerpt(details, run);
    if (said !== null) return said;
  }
  const log = await jobLog(details, 'details', id);
  const excerpt = findExcerpt(sectionOf(log, step?.name ?? null));
  const head =
    step === undefined
      ? `Job "${job.name}" failed.`
      : `Job "${job.name}", step "${step.name}" failed.`;
  return excerpt === '' ? head : `${head}\n${excerpt}`;
}

async function jobLog(details: DetailsState, purpose: Purpose, id: number): Promise<string> {
  const data = await details.client.rest<unknown>(purpose, `log of job ${id}`, (octokit, at) =>
    octokit.rest.actions.downloadJobLogsForWorkflowRun({ ...at, job_id: id }),
  );
  const text = textOf(data);
  return plainText(text.slice(-MAX_LOG)).replace(STAMP, '');
}

/** What other apps say of themselves: annotations first, they have a place; then title and summary. */
async function outputExcerpt(details: DetailsState, run: CheckRunNode): Promise<string | null> {
  const id = run.databaseId;
  const annotations =
    id === null
      ? []
      : await details.client.rest('details', `annotations of ${run.name}`, (octokit, at) =>
          octokit.rest.checks.listAnnotations({
            ...at,
            check_run_id: id,
            per_page: MAX_ANNOTATIONS,
          }),
        );
  const lines = annotations
    .filter((one) => one.annotation_level !== 'notice')
    .map((one) => `${one.path}:${one.start_line}: ${one.message ?? ''}`.trim());
  const text = [run.title ?? '', ...lines, run.summary ?? '']
    .filter((part) => part.trim() !== '')
    .join('\n');
  return text === '' ? null : findExcerpt(text, { lines: 60 });
}

async function failing(
  details: DetailsState,
  number: number,
  sha: string,
  maxAge: number,
): Promise<readonly Check[] | null> {
  const { nodes, checks, sha: of } = await details.reader.contexts(number, 'details', maxAge);
  if (of !== sha) return null;
  const wanted = new Set(
    checks
      .flatMap((check, index) => (hasFailed(check) && check.required !== false ? [index] : []))
      .slice(0, MAX_LOGS),
  );
  return Promise.all(
    checks.map(async (check, index) => {
      const node = nodes[index];
      return !wanted.has(index) || node === undefined
        ? check
        : { ...check, excerpt: await excerptOf(details, node) };
    }),
  );
}

async function log(details: DetailsState, ref: string): Promise<string> {
  const [, kind, id] = /^(job|check):(\d+)$/.exec(ref) ?? [];
  if (kind === 'job') return jobLog(details, 'read', Number(id));
  if (kind !== 'check')
    throw notFound('AO_SCM_NO_LOG', 'This check keeps no log at GitHub; open its address.');
  const { output } = await details.client.rest('read', `check ${id}`, (octokit, at) =>
    octokit.rest.checks.get({ ...at, check_run_id: Number(id) }),
  );
  return plainText(
    [output.title, output.summary, output.text]
      .filter((part) => part !== null && part !== undefined && part !== '')
      .join('\n\n'),
  );
}

const isJob = (run: CheckRunNode): run is CheckRunNode & { databaseId: number } =>
  run.checkSuite.app?.slug === 'github-actions' && run.databaseId !== null;

/** The part of a job's log that belongs to the failing step, as far as its `##[group]Run …` header tells; else the whole. */
function sectionOf(log: string, step: string | null): string {
  const error = log.search(/^##\[error\]/m);
  const from = step === null ? -1 : log.indexOf(`##[group]${step}`);
  const start = from !== -1 && (error === -1 || from < error) ? from : 0;
  const next = start === 0 ? -1 : log.indexOf('\n##[group]Run ', start + 1);
  return log
    .slice(start, next > error ? next : undefined)
    .replace(GROUP, '')
    .replaceAll(/^##\[error\]/gm, 'Error: ')
    .replaceAll(/^##\[warning\]/gm, 'Warning: ');
}
