import { afterEach, expect, it } from 'vitest';
import { describeAgentCli } from '../../../test/contract/agent-cli.ts';
import { describeDetection } from '../../../test/contract/detection.ts';
import { AgentWorld } from '../../../test/support/agent-world.ts';
import { fakeProgram } from '../../../test/support/fake-program.ts';
import { configSchema } from './config.ts';
import { createOpencodeAgent } from './index.ts';

const fakeOpencode = (): AgentWorld =>
  new AgentWorld({
    plugin: (context, home) => createOpencodeAgent(configSchema.parse({ command: fakeProgram(home, 'opencode', 'fake-opencode.ts') }), context),
    env: () => ({}),
    model: 'fake/fake-model',
  });

describeAgentCli('opencode with a fake CLI', fakeOpencode, {
  question:
    'TOOL: question {"questions":[{"question":"Which colour?","header":"Colour","options":[{"label":"Red","description":"warm"},{"label":"Blue","description":"cold"}]}]}',
  priced: true,
  guarded: (file) => `RUN: touch ${file}`,
  dialog: /Permission required/,
});

describeDetection('opencode', 'opencode', '1.18.33', (context) => createOpencodeAgent(configSchema.parse({}), context));

let opened: AgentWorld | null = null;
afterEach(async () => {
  await opened?.close();
  opened = null;
});

it('opencode with a fake CLI: tells a usage limit with the time it tries again, and can be interrupted in it', async () => {
  opened = fakeOpencode();
  const resetAt = Math.ceil(Date.now() / 60_000) * 60_000 + 90 * 60_000;
  await opened.launch({ prompt: `LIMIT: ${resetAt / 1000}` });
  expect((await opened.untilState('limited')).fact).toMatchObject({ resetAt, detail: 'usage limit reached' });
  await opened.watch.interrupt();
  await opened.untilState('ready', (event) => event.fact.detail === 'interrupted');
});
