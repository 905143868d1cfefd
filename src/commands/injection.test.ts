/** Hostile words in every place where a person or an agent can put one: refused in words, or taken for nothing but text. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type CommandWorld, commandWorld, person } from '../../test/support/command-world.ts';
import { everySession } from '../../test/support/every-session.ts';
import { hostileWords } from '../../test/support/hostile-words.ts';
import { parseCommand } from '../chat/grammar/grammar.ts';
import { branchName } from '../domain/session/branch.ts';
import { parseSessionId } from '../domain/session/ids.ts';
import { isSafeBranch } from '../lib/branch-refs.ts';

const ME = person('web:local');
const spawn = {
  project: null,
  channel: null,
  issues: [],
  text: 'x',
  agent: null,
  model: null,
  base: null,
  prompt: null,
  plan: false,
  again: false,
  key: null,
};

type Result = { readonly ok: boolean };
const PLACES: Readonly<
  Record<string, (world: CommandWorld, word: string) => Promise<Result> | Result>
> = {
  'spawn --base': (world, word) =>
    world.commands
      .spawn(ME, { ...spawn, base: word })
      .then((spawned) => ({ ok: spawned.ok && spawned.value[0]?.session !== null })),
  'spawn --model': (world, word) =>
    world.commands
      .spawn(ME, { ...spawn, model: word })
      .then((spawned) => ({ ok: spawned.ok && spawned.value[0]?.session !== null })),
  'spawn --agent': (world, word) =>
    world.commands
      .spawn(ME, { ...spawn, agent: word })
      .then((spawned) => ({ ok: spawned.ok && spawned.value[0]?.session !== null })),
  'spawn --project': (world, word) => world.commands.spawn(ME, { ...spawn, project: word }),
  'spawn <issue>': (world, word) =>
    world.commands
      .spawn(ME, { ...spawn, text: null, issues: [word] })
      .then((spawned) => ({ ok: spawned.ok && spawned.value[0]?.session !== null })),
  'adopt <pr>': (world, word) =>
    world.commands.adopt(ME, { project: null, channel: null, pr: word, agent: null, key: null }),
  '<session>': (world, word) => world.commands.kill(ME, word, null),
  '<session>, read': (world, word) => world.commands.session(ME, word),
  '<session>, logs': (world, word) => world.commands.logs(ME, word, 10),
  '<steer>': (world, word) => world.commands.editSteer(ME, 'app-1', word, 'x'),
  '<check>': (world, word) => world.commands.checkLog(ME, 'app-1', word),
  '<request>': (world, word) =>
    world.commands.answer(ME, 'app-1', word, { option: 'yes', text: null }),
  '<option>': (world, word) =>
    world.commands.answer(ME, 'app-1', 'q1', { option: word, text: null }),
  '<reaction>': (world, word) => world.commands.runReaction(ME, 'app-1', word),
  '<sha>': (world, word) =>
    world.commands.merge(ME, 'app-1', { sha: word, base: null, method: null }),
  'pr create --base': (world, word) =>
    world.commands.createPullRequest(ME, 'app-1', {
      title: 't',
      body: '',
      draft: false,
      base: word,
    }),
  'link <login>': (world, word) =>
    world.commands.beginLink(ME, { login: word, project: null, channel: null }),
  'link done <issue>': (world, word) => world.commands.confirmLink(ME, { issue: word }),
  'link --for': (world, word) =>
    world.commands.vouchLink(ME, { subject: word, login: 'octocat', project: null }),
};

/** Odd, but git takes them for names of branches, and says itself that there are none. */
const BRANCHES = new Set(['%2e%2e%2fetc', '__proto__']);

describe.each(Object.entries(PLACES))('%s', (place, act) => {
  test('takes no hostile word, and nothing comes of it', async () => {
    const world = await commandWorld();
    const canary = join(world.lifecycle.dir, 'canary');
    const before = everySession(world.lifecycle.db, world.lifecycle.dispatch).length;
    for (const word of hostileWords(canary).filter(
      (each) => !place.endsWith('--base') || !BRANCHES.has(each),
    ))
      expect((await act(world, word)).ok, JSON.stringify(word)).toBe(false);
    expect(everySession(world.lifecycle.db, world.lifecycle.dispatch)).toHaveLength(before);
    expect(existsSync(canary)).toBe(false);
  });
});

test('a title or a text only ever makes a branch that git takes for one', async () => {
  const world = await commandWorld();
  for (const word of hostileWords('/tmp/canary')) {
    for (const branch of [
      branchName('feat', word, word, 'app-1'),
      branchName('feat', null, word, 'app-1'),
    ]) {
      expect(isSafeBranch(branch), branch).toBe(true);
      expect(branch).toMatch(/^feat\/[a-z0-9-]+$/);
    }
    const spawned = await world.commands.spawn(ME, { ...spawn, text: word });
    const id = spawned.ok ? (spawned.value[0]?.session?.id ?? '') : '';
    expect(parseSessionId(id), JSON.stringify(word)).not.toBeNull();
    expect(world.lifecycle.dispatch.snapshot(id)?.session.branch).toMatch(/^feat\/[a-z0-9-]+$/);
  }
});

test('a command line is words, never more than one command', () => {
  for (const word of hostileWords('/tmp/canary')) {
    const parsed = parseCommand(`kill app-1 ${word}`, {
      inThread: false,
      isSession: (name) => name === 'app-1',
      isProject: () => false,
    });
    if (parsed.ok) expect(parsed.value).toMatchObject({ verb: 'kill', session: 'app-1' });
  }
});
