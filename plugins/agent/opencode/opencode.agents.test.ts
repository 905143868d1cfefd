import { describeAgentCli } from '../../../test/contract/agent-cli.ts';
import { describeOpencode } from '../../../test/contract/opencode.ts';
import { startOpenaiModel } from '../../../test/fakes/models/openai.ts';
import { AgentWorld } from '../../../test/support/agent-world.ts';
import { realAgent } from '../../../test/support/real-agents.ts';
import { configSchema } from './config.ts';
import { createOpencodeAgent } from './index.ts';

async function realOpencode(): Promise<AgentWorld> {
  const model = await startOpenaiModel();
  const fake = {
    npm: '@ai-sdk/openai-compatible',
    options: { baseURL: `${model.url}/v1`, apiKey: 'x' },
    models: {
      'fake-model': {
        limit: { context: 100_000, output: 10_000 },
        cost: { input: 1, output: 2, cache_read: 0.5, cache_write: 1 },
      },
    },
  };
  return new AgentWorld({
    plugin: (context) =>
      createOpencodeAgent(configSchema.parse({ command: realAgent('opencode') }), context),
    env: () => ({
      OPENCODE_CONFIG_CONTENT: JSON.stringify({
        provider: { fake },
        small_model: 'fake/fake-model',
      }),
    }),
    model: 'fake/fake-model',
    close: () => model.close(),
  });
}

describeAgentCli('opencode with the real CLI', realOpencode, {
  question:
    'TOOL: question {"questions":[{"question":"Which colour?","header":"Colour","options":[{"label":"Red","description":"warm"},{"label":"Blue","description":"cold"}]}]}',
  priced: true,
  guarded: (file) => `RUN: touch ${file}`,
  runs: (command) => `RUN: ${command}`,
  dialog: /Permission required/,
});

describeOpencode('opencode with the real CLI', realOpencode);
