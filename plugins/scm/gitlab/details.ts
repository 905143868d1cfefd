import { z } from 'zod';
import { hasFailed } from '../../../src/domain/merge/check-rule.ts';
import type { Check } from '../../../src/domain/session/facts.ts';
import { findExcerpt, plainText } from '../../../src/domain/text/excerpt.ts';
import { notFound, PluginError } from '../../../src/slots/errors.ts';
import type { Purpose } from '../../shared/forge-http/governor.ts';
import type { GitLabClient } from '../../shared/gitlab/client.ts';
import { type Reported, toCheck } from './checks.ts';
import { restJobSchema } from './schema.ts';

/** Most failing checks whose logs are read: what an agent can use at once. */
const MAX_LOGS = 6;
/** GitLab's marks of sections that fold on its page. */
const SECTION = /section_(?:start|end):\d+:[\w.-]+(?:\[[^\]\n]*\])?/g;
const LINE_START = /^\d{4}-\d{2}-\d{2}T[\d:.]+Z \d\d[OE][ +]?/gm;

export interface CheckDetails {
  /** The checks, with excerpts for those that failed and count. */
  withExcerpts(list: readonly Reported[]): Promise<readonly Check[]>;
  /** Whole log of the check `ref`. */
  log(ref: string): Promise<string>;
}

export const createDetails = (client: GitLabClient): CheckDetails => ({
  async withExcerpts(list) {
    const wanted = new Set(
      list.filter((one) => !one.allowFailure && hasFailed(toCheck(one))).slice(0, MAX_LOGS),
    );
    return Promise.all(
      list.map((one) => (wanted.has(one) ? failedCheck(client, one) : toCheck(one))),
    );
  },
  async log(ref) {
    const [, kind, id = ''] = /^(job|bridge):(\d+)$/.exec(ref) ?? [];
    if (kind === 'job') return logOf(client, id, 'read');
    if (kind !== 'bridge')
      throw notFound('AO_SCM_NO_LOG', 'This check keeps no log at GitLab; open its address.');
    const logs: string[] = [];
    for (const job of await downstreamJobs(client, id, 'read'))
      logs.push(`${job.name}\n${await logOf(client, String(job.id), 'read')}`);
    return logs.join('\n\n');
  },
});

async function logOf(client: GitLabClient, id: string, purpose: Purpose): Promise<string> {
  const call = await client.at({ purpose, what: `log of job ${id}`, path: `/jobs/${id}/trace` });
  const text = await client.http.text(call);
  return plainText(text).replace(SECTION, '').replace(LINE_START, '');
}

async function failedCheck(client: GitLabClient, one: Reported): Promise<Check> {
  try {
    switch (one.kind) {
      case 'job':
        return await ofJob(client, one);
      case 'bridge':
        return toCheck(one, one.downstream === null ? one.failure : await ofBridge(client, one));
      case 'outside':
        return toCheck(one, one.url);
    }
  } catch (error) {
    // Logs that are gone or not for us don't hide that the check failed.
    if (error instanceof PluginError && error.kind !== 'transient')
      return toCheck(one, `(its log could not be read: ${error.message})`);
    throw error;
  }
}

async function ofJob(client: GitLabClient, one: Reported): Promise<Check> {
  const path = `/jobs/${one.id}`;
  const call = await client.at({ purpose: 'details', what: `job ${one.id}`, path });
  const job = await client.http.json(call, restJobSchema);
  const failure = job.failure_reason ?? one.failure;
  const isCode = failure === null || failure === 'script_failure';
  const why = isCode ? '' : ` (${failure.replaceAll('_', ' ')})`;
  const where = job.stage == null ? '' : `, stage "${job.stage}",`;
  const excerpt = findExcerpt(await logOf(client, one.id, 'details'));
  const told = `Job "${one.name}"${where} failed${why}.\n${excerpt}`.trim();
  return toCheck({ ...one, failure }, told);
}

/** What failed in the pipeline that a job started. */
async function ofBridge(client: GitLabClient, one: Reported): Promise<string> {
  const [first] = await downstreamJobs(client, one.downstream ?? '', 'details');
  if (first === undefined) return `The pipeline started by "${one.name}" failed.`;
  const excerpt = findExcerpt(await logOf(client, String(first.id), 'details'));
  return `Job "${first.name}" of the pipeline started by "${one.name}" failed.\n${excerpt}`;
}

const jobsSchema = z.array(restJobSchema);

/** Of the same project: one of another has logs that this token may not see. */
async function downstreamJobs(client: GitLabClient, pipeline: string, purpose: Purpose) {
  const call = await client.at({
    purpose,
    what: `jobs of pipeline ${pipeline}`,
    path: `/pipelines/${pipeline}/jobs`,
    query: { 'scope[]': ['failed'], per_page: MAX_LOGS },
  });
  return client.http.json(call, jobsSchema);
}
