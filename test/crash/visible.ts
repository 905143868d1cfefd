import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EventView, SessionView } from '../../src/commands/views.ts';
import { type CrashWorld, SESSION } from './crash-world.ts';
import type { Line, Platform } from './people.ts';

/** Everything that people, the agent, git and the tracker show at the end; what differs from run to run anyway is masked. */
export interface Visible {
  /** Of each platform: the thread (card first, posts in the order of their text) and the channel. */
  readonly threads: Readonly<Record<Platform, readonly string[]>>;
  readonly channels: Readonly<Record<Platform, readonly string[]>>;
  /** What the agent took, in order. */
  readonly agent: readonly string[];
  readonly main: string;
  readonly refs: readonly string[];
  readonly worktrees: number;
  readonly issue: string;
  /** Messages to the agent that are still under way: there must be none. */
  readonly steers: readonly string[];
  readonly terminals: readonly string[];
  /** How often each thing happened. */
  readonly events: Readonly<Record<string, number>>;
  readonly unfinished: readonly string[];
  readonly failed: readonly string[];
  readonly complaints: readonly string[];
  readonly problems: readonly string[];
}

const PLATFORMS = ['web', 'slack', 'discord'] as const satisfies readonly Platform[];

/** A restart is told, and may be told in every life; nothing else may differ. */
const RESTARTED =
  /^(ao was started again; |The agent (was gone when ao started|ended while ao was down))/;

const ONCE: readonly string[] = [
  'session.spawned',
  'workspace.created',
  'runtime.started',
  'request.opened',
  'request.answered',
  'pr.opened',
  'checks.failed',
  'checks.passed',
  'escalation.raised',
  'escalation.acknowledged',
  'steer.accepted',
  'review.changes_requested',
  'review.approved',
  'merge.ready',
  'merge.started',
  'pr.merged',
  'workspace.removed',
  'session.ended',
  'effect.failed',
  'steer.failed',
];

export async function visibleResult(world: CrashWorld): Promise<Visible> {
  const threads = {} as Record<Platform, readonly string[]>;
  const channels = {} as Record<Platform, readonly string[]>;
  for (const platform of PLATFORMS) {
    const [card, ...posts] = (await world.people[platform].thread())
      .map(shown)
      .filter((text) => !RESTARTED.test(text));
    threads[platform] = [card ?? '', ...posts.toSorted()];
    channels[platform] = (await world.people[platform].channel()).map(shown).toSorted();
  }
  const events = await world.api.get<readonly EventView[]>(
    `/api/sessions/${SESSION}/events?limit=1000`,
  );
  const { repo } = world;
  return {
    threads,
    channels,
    agent: world.accepted().map((text) => steady(text.split('\n').slice(0, 3).join('\n'))),
    main: repo.git('log', '--format=%s', 'main'),
    refs: repo.git('for-each-ref', '--format=%(refname)').split('\n'),
    worktrees: repo.git('worktree', 'list').split('\n').length,
    issue: steady(issueOf(repo.path)),
    steers: (await world.api.get<SessionView>(`/api/sessions/${SESSION}`)).steers.map(
      ({ kind, state, text }) => `${kind} ${state}: ${text.slice(0, 40)}`,
    ),
    terminals: world.terminals(),
    events: Object.fromEntries(
      ONCE.map((type) => [type, events.filter(({ event }) => event.type === type).length]),
    ),
    unfinished: world.unfinished(),
    failed: world.failed(),
    complaints: world.complaints(),
    problems: world.problems(),
  };
}

function issueOf(path: string): string {
  const folder = join(path, '.ao', 'issues');
  return readdirSync(folder)
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .join('\n');
}

const shown = (line: Line): string =>
  steady(`${line.text}${line.reactions.map((emoji) => ` ${emoji}`).join('')}`);

const steady = (text: string): string =>
  text
    .replaceAll(/\b[0-9a-f]{7,40}\b/g, '<sha>')
    .replaceAll(/ao-[0-9a-z]{8,}/g, 'ao-<fence>')
    .replaceAll(/\b(\d+(\.\d+)?|an?) (ms|s|min|h)\b( ago)?|just now/g, '<time>')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<time>')
    .replaceAll(/\bc-[0-9a-f]+\b/g, '<id>')
    .replaceAll(/\$\d+\.\d+/g, '$<n>');

/** What differs, as lines; empty when nothing does. */
export function differences(expected: Visible, seen: Visible): readonly string[] {
  return [...compare('', expected, seen)];
}

function* compare(at: string, expected: unknown, seen: unknown): Generator<string> {
  if (Array.isArray(expected) && Array.isArray(seen)) {
    const left = [...seen] as unknown[];
    for (const item of expected as unknown[]) {
      const place = left.findIndex((other) => JSON.stringify(other) === JSON.stringify(item));
      if (place === -1) yield `${at}: missing ${JSON.stringify(item)}`;
      else left.splice(place, 1);
    }
    for (const item of left) yield `${at}: too much ${JSON.stringify(item)}`;
  } else if (typeof expected === 'object' && expected !== null) {
    for (const [key, value] of Object.entries(expected))
      yield* compare(
        at === '' ? key : `${at}.${key}`,
        value,
        (seen as Record<string, unknown>)[key],
      );
  } else if (expected !== seen)
    yield `${at}: expected ${JSON.stringify(expected)}, got ${JSON.stringify(seen)}`;
}
