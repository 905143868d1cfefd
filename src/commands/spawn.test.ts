import { expect, test } from 'vitest';
import { commandWorld, person } from '../../test/support/command-world.ts';
import { UNSAID } from './requests.ts';

const ME = person('web:local');

test.each([
  [null, 'sonnet'],
  ['codex', null],
])(
  "the project's model is one of its own agent: --agent %s works with %s",
  async (agent, model) => {
    const world = await commandWorld({ project: { model: 'sonnet' }, agents: ['fake', 'codex'] });
    const spawned = await world.commands.spawn(ME, {
      ...UNSAID,
      project: null,
      text: 'x',
      agent,
      key: null,
    });
    expect(spawned).toMatchObject({
      ok: true,
      value: [{ session: { agent: agent ?? 'fake', model } }],
    });
  },
);

test('two people who adopt one pull request at the same moment get one session', async () => {
  const world = await commandWorld();
  world.scm.push('feat/other', { 'src/b.ts': '1' });
  await world.scm.create({
    session: 'nobody',
    branch: 'feat/other',
    base: 'main',
    title: 'Other',
    body: '',
    draft: false,
  });
  const adopt = (key: string) =>
    world.commands.adopt(ME, { project: null, channel: null, pr: '2', agent: null, key });
  const both = await Promise.all([adopt('a'), adopt('b')]);
  expect(both.map((one) => (one.ok ? 'started' : one.error.code)).toSorted()).toEqual([
    'AO_STATE',
    'started',
  ]);
});
