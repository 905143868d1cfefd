import { describe, expect, it } from 'vitest';
import { fakeCommands } from '../../../test/fakes/fake-commands.ts';
import { issueView } from '../../../test/fakes/views.ts';
import type { SuggestRequest } from '../../slots/chat-catalogue.ts';
import { createCatalogue } from './suggestions.ts';

const asks = (
  suggests: SuggestRequest['suggests'],
  text = '',
  more: Partial<SuggestRequest> = {},
): SuggestRequest => ({
  suggests,
  text,
  platform: 'discord',
  channel: 'C',
  chosen: {},
  user: { subject: 'discord:1:2', name: 'dana', groups: [], external: false, bot: false },
  ...more,
});

describe('completion', () => {
  it('offers sessions, projects, agents, commands and free issues that fit', async () => {
    const { commands } = fakeCommands({
      issues: [
        issueView({ id: '42', title: 'Fix login', session: null }),
        issueView({ id: '43', title: 'Taken', session: 'app-7' }),
      ],
    });
    const { suggest } = createCatalogue({
      commands,
      now: () => 0,
      access: { seen: () => {} },
      channelProject: () => null,
    });
    expect((await suggest(asks('session', 'app'))).map((each) => each.value)).toEqual(['app-7']);
    expect((await suggest(asks('issue'))).map((each) => each.label)).toEqual(['#42 Fix login']);
    expect(await suggest(asks('issue', 'zzz'))).toEqual([]);
    expect((await suggest(asks('agent', 'codex'))).map((each) => each.value)).toEqual(['codex']);
    expect((await suggest(asks('command', 'unm'))).map((each) => each.value)).toEqual(['unmute']);
    expect((await suggest(asks('project'))).length).toBe(1);
  });

  it('shows nothing to those who may not look', async () => {
    const { commands, refuse } = fakeCommands();
    refuse('may', 'AO_ACCESS_DENIED', 'no');
    const { suggest } = createCatalogue({
      commands,
      now: () => 0,
      access: { seen: () => {} },
      channelProject: () => null,
    });
    expect(await suggest(asks('session'))).toEqual([]);
    expect(
      await suggest(asks('session', '', { user: { ...asks('session').user, external: true } })),
    ).toEqual([]);
  });

  it('answers from memory when the tracker is slow or down', async () => {
    const fake = fakeCommands({
      issues: [issueView({ id: '42', title: 'Fix login', session: null })],
    });
    let now = 0;
    let issues: typeof fake.commands.issues = fake.commands.issues;
    const { suggest } = createCatalogue({
      commands: { ...fake.commands, issues: (...args) => issues(...args) },
      now: () => now,
      access: { seen: () => {} },
      channelProject: () => null,
    });
    expect(await suggest(asks('issue'))).toHaveLength(1);
    now = 60_000;
    issues = () => new Promise(() => {});
    expect(await suggest(asks('issue'))).toHaveLength(1);
    const cold = createCatalogue({
      commands: { ...fake.commands, issues: () => new Promise(() => {}) },
      now: () => now,
      access: { seen: () => {} },
      channelProject: () => null,
    });
    const begun = Date.now();
    expect(await cold.suggest(asks('issue'))).toEqual([]);
    expect(Date.now() - begun).toBeLessThan(2_000);
  });
});
