import { z } from 'zod';
import { currentChecks } from '../../../src/domain/merge/check-rule.ts';
import type { Check } from '../../../src/domain/session/facts.ts';
import type { Clock } from '../../../src/lib/clock.ts';
import { notFound } from '../../../src/slots/errors.ts';
import type { Purpose } from '../../shared/forge-http/governor.ts';
import type { GitHubClient } from '../../shared/github/client.ts';
import { toCheck } from './checks.ts';
import {
  branchQuery,
  COMMENTS_PAGE,
  CONTEXTS,
  coreQuery,
  fullQuery,
  REVIEWS_PAGE,
  THREADS_PAGE,
} from './queries.ts';
import {
  type ContextNode,
  type Core,
  commentsSchema,
  contextsSchema,
  coreSchema,
  type Full,
  fullSchema,
  reviewsSchema,
  threadsSchema,
} from './schema.ts';

/** Pull requests as GitHub tells them, several in one query. */
export interface Reader {
  /** The cheap part. Numbers that are gone are left out. */
  core(numbers: readonly number[]): Promise<readonly Core[]>;
  /** With labels, reviews, threads and comments. */
  full(numbers: readonly number[], purpose: Purpose): Promise<readonly Full[]>;
  /** Newest pull requests of each branch, of any state and from any head repository. */
  byBranch(branches: readonly string[]): Promise<readonly Core[]>;
  /** Checks one by one, of the head; at most `maxAge` ms old, 0 by default. */
  contexts(number: number, purpose: Purpose, maxAge?: number): Promise<Contexts>;
}

export interface Contexts {
  readonly sha: string | null;
  readonly nodes: readonly ContextNode[];
  readonly checks: readonly Check[];
  /** Names as branch rules name them: those of the jobs and statuses themselves. */
  readonly names: readonly string[];
}

/** Most aliases in one query: keeps each well below GitHub's 10 s and 500,000 nodes. */
const CORE_BATCH = 100;
const FULL_BATCH = 20;
const BRANCH_BATCH = 100;
/** Of threads, reviews or comments each. */
const MAX_PAGES = 20;
/** Pull requests whose checks are kept for who asks right after. */
const MAX_LATEST = 20;

/** A connection that is walked from its newest end back. */
interface Walked<T> {
  readonly pageInfo: { readonly hasPreviousPage: boolean; readonly startCursor: string | null };
  readonly nodes: T[];
}

const repository = z.object({ repository: z.record(z.string(), z.unknown()).nullable() });

interface ReaderState {
  readonly client: GitHubClient;
  readonly clock: Clock;
  readonly latest: Map<number, { readonly at: number; readonly contexts: Contexts }>;
}

export function createReader(client: GitHubClient, clock: Clock): Reader {
  const reader: ReaderState = {
    client,
    clock,
    latest: new Map<number, { readonly at: number; readonly contexts: Contexts }>(),
  };
  return {
    core: (numbers) => core(reader, numbers),
    full: (numbers, purpose) => full(reader, numbers, purpose),
    byBranch: (branches) => byBranch(reader, branches),
    contexts: (number, purpose, maxAge) => contexts(reader, number, purpose, maxAge),
  };
}

async function ask(
  reader: ReaderState,
  purpose: Purpose,
  what: string,
  query: string,
  variables: Readonly<Record<string, unknown>> = {},
): Promise<Readonly<Record<string, unknown>>> {
  const { owner, repo } = await reader.client.repository();
  const answer = repository.parse(
    await reader.client.graphql(purpose, what, query, { owner, repo, ...variables }),
  );
  if (answer.repository === null)
    throw notFound(
      'AO_GITHUB_NOT_FOUND',
      `GitHub knows no repository ${owner}/${repo}, or ao's token may not see it any more.`,
    );
  return answer.repository;
}

/** The pages before what was read already, newest back. */
async function whole<T>(
  reader: ReaderState,
  pr: Full,
  purpose: Purpose,
  what: 'reviewThreads' | 'reviews' | 'comments',
  walk: { first: Walked<T>; query: string; parse: (answer: unknown) => Walked<T> },
): Promise<Walked<T>> {
  let { pageInfo, nodes } = walk.first;
  for (let page = 0; pageInfo.hasPreviousPage && page < MAX_PAGES; page += 1) {
    const answer = await reader.client.graphql<{ node: Readonly<Record<string, unknown>> | null }>(
      purpose,
      `${what} of pull request #${pr.number}`,
      walk.query,
      { id: pr.id, before: pageInfo.startCursor },
    );
    const more = walk.parse(answer.node?.[what]);
    nodes = [...more.nodes, ...nodes];
    pageInfo = more.pageInfo;
  }
  return { pageInfo, nodes };
}

/** Everything that was said, however much of it there is. */
async function allTalk(reader: ReaderState, pr: Full, purpose: Purpose): Promise<Full> {
  const { reviewThreads: threads, reviews, comments } = pr;
  return {
    ...pr,
    reviewThreads: await whole(reader, pr, purpose, 'reviewThreads', {
      first: threads,
      query: THREADS_PAGE,
      parse: (answer) => threadsSchema.parse(answer),
    }),
    reviews:
      reviews === null
        ? null
        : await whole(reader, pr, purpose, 'reviews', {
            first: reviews,
            query: REVIEWS_PAGE,
            parse: (answer) => reviewsSchema.parse(answer),
          }),
    comments: await whole(reader, pr, purpose, 'comments', {
      first: comments,
      query: COMMENTS_PAGE,
      parse: (answer) => commentsSchema.parse(answer),
    }),
  };
}

async function core(reader: ReaderState, numbers: readonly number[]): Promise<readonly Core[]> {
  const found: Core[] = [];
  for (const batch of batches(numbers, CORE_BATCH)) {
    const answer = await ask(reader, 'poll', `${batch.length} pull requests`, coreQuery(batch));
    for (const node of Object.values(answer)) if (node !== null) found.push(coreSchema.parse(node));
  }
  return found;
}

async function full(
  reader: ReaderState,
  numbers: readonly number[],
  purpose: Purpose,
): Promise<readonly Full[]> {
  const found: Full[] = [];
  for (const batch of batches(numbers, FULL_BATCH)) {
    const answer = await ask(
      reader,
      purpose,
      batch.length === 1 ? `pull request #${batch[0]}` : `${batch.length} pull requests`,
      fullQuery(batch),
    );
    for (const node of Object.values(answer))
      if (node !== null) found.push(await allTalk(reader, fullSchema.parse(node), purpose));
  }
  return found;
}

async function byBranch(
  reader: ReaderState,
  branches: readonly string[],
): Promise<readonly Core[]> {
  const found: Core[] = [];
  for (const batch of batches(branches, BRANCH_BATCH)) {
    const variables = Object.fromEntries(batch.map((branch, index) => [`b${index}`, branch]));
    const answer = await ask(
      reader,
      'poll',
      `pull requests of ${batch.length} branches`,
      branchQuery(batch.length),
      variables,
    );
    for (const connection of Object.values(answer)) {
      const nodes = (connection as { nodes?: readonly unknown[] | null } | null)?.nodes ?? [];
      for (const node of nodes) if (node !== null) found.push(coreSchema.parse(node));
    }
  }
  return found;
}

async function contexts(
  reader: ReaderState,
  number: number,
  purpose: Purpose,
  maxAge: number = 0,
): Promise<Contexts> {
  const known = reader.latest.get(number);
  if (known !== undefined && reader.clock.now() - known.at < maxAge) return known.contexts;
  const nodes: ContextNode[] = [];
  let after: string | null = null;
  let sha: string | null = null;
  do {
    const answer = await ask(reader, purpose, `checks of pull request #${number}`, CONTEXTS, {
      number,
      after,
    });
    if (answer.pullRequest === null)
      throw notFound('AO_SCM_NO_PR', `There is no pull request #${number} any more.`);
    const { statusCheckRollup } = contextsSchema.parse(answer.pullRequest);
    nodes.push(...(statusCheckRollup?.contexts.nodes ?? []).filter((node) => node !== null));
    sha = statusCheckRollup?.commit?.oid ?? null;
    after =
      statusCheckRollup?.contexts.pageInfo.hasNextPage === true
        ? statusCheckRollup.contexts.pageInfo.endCursor
        : null;
  } while (after !== null && nodes.length < 1_000);
  const required = nodes.some((node) => node.isRequired);
  const all = nodes.map((node) => toCheck(node, required));
  // A run that a newer one took the place of says nothing of the commit.
  const current = new Set(currentChecks(all));
  const contexts = {
    sha,
    nodes: nodes.filter((_, place) => current.has(all[place] as Check)),
    checks: all.filter((check) => current.has(check)),
    names: nodes.map((node) => (node.__typename === 'CheckRun' ? node.name : node.context)),
  };
  reader.latest.delete(number);
  reader.latest.set(number, { at: reader.clock.now(), contexts });
  if (reader.latest.size > MAX_LATEST) reader.latest.delete(reader.latest.keys().next().value ?? 0);
  return contexts;
}

function batches<T>(all: readonly T[], size: number): ReadonlyArray<readonly T[]> {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, index) =>
    all.slice(index * size, (index + 1) * size),
  );
}
