import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { describeAgentCli } from '../../../test/contract/agent-cli.ts';
import { codexQuestion, describeCodex, question } from '../../../test/contract/codex.ts';
import { startOpenaiModel } from '../../../test/fakes/models/openai.ts';
import { AgentWorld } from '../../../test/support/agent-world.ts';
import { realAgent } from '../../../test/support/real-agents.ts';
import { configSchema } from './config.ts';
import { createCodexAgent } from './index.ts';

async function realCodex(): Promise<AgentWorld> {
  const model = await startOpenaiModel();
  return new AgentWorld({
    plugin: (context, home) => {
      mkdirSync(join(home, 'codex'));
      return createCodexAgent(configSchema.parse({ command: realAgent('codex') }), context);
    },
    env: (home) => ({ CODEX_HOME: join(home, 'codex'), FAKE_KEY: 'x' }),
    args: [
      '-c',
      'model_provider="fake"',
      '-c',
      `model_providers.fake={name="fake",base_url="${model.url}/v1",env_key="FAKE_KEY",wire_api="responses"}`,
      // Without it Codex asks in its plan mode only, which is chosen in the terminal.
      '-c',
      'features.default_mode_request_user_input=true',
    ],
    model: 'gpt-5.1-codex',
    close: () => model.close(),
  });
}

describeAgentCli('codex with the real CLI', realCodex, {
  question: codexQuestion(question('colour', 'Red', 'Blue')),
  priced: true,
  dialog: /1\. Yes/,
  limit: 'timed',
  guarded: (file) =>
    `TOOL: exec_command {"cmd":"touch ${file}","sandbox_permissions":"require_escalated","justification":"may I"}`,
  runs: (command) =>
    `TOOL: exec_command ${JSON.stringify({ cmd: command, sandbox_permissions: 'require_escalated', justification: 'may I' })}`,
});

describeCodex('codex with the real CLI', realCodex);

test('the real Codex without an account: its page to sign in is told as what keeps the agent', async () => {
  const world = new AgentWorld({
    plugin: (context, home) => {
      mkdirSync(join(home, 'codex'));
      return createCodexAgent(configSchema.parse({ command: realAgent('codex') }), context);
    },
    env: (home) => ({ CODEX_HOME: join(home, 'codex') }),
    args: [],
    model: 'gpt-5.1-codex',
  });
  onTestFinished(() => world.close());
  await world.launch({ prompt: 'SAY: hello' });
  await world.untilState('blocked');
  expect(world.ofType('activity').at(-1)?.fact.detail).toContain('sign in');
});
