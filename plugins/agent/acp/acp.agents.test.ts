import { describeAgentCli } from '../../../test/contract/agent-cli.ts';
import { startOpenaiModel } from '../../../test/fakes/models/openai.ts';
import { AgentWorld } from '../../../test/support/agent-world.ts';
import { realAgent } from '../../../test/support/real-agents.ts';
import { configSchema } from './config.ts';
import { createGenericAcpAgent } from './index.ts';

/** opencode has a protocol mode of its own: here it is just another agent that speaks it. */
async function realOpencode(): Promise<AgentWorld> {
  const model = await startOpenaiModel();
  const configuration = {
    permission: { bash: 'ask', edit: 'ask' },
    autoupdate: false,
    share: 'disabled',
    model: 'fake/fake-model',
    small_model: 'fake/fake-model',
    provider: {
      fake: {
        npm: '@ai-sdk/openai-compatible',
        options: { baseURL: `${model.url}/v1`, apiKey: 'x' },
        models: {
          'fake-model': {
            limit: { context: 100_000, output: 10_000 },
            cost: { input: 1, output: 2, cache_read: 0.5, cache_write: 1 },
          },
        },
      },
    },
  };
  return new AgentWorld({
    plugin: (context) =>
      createGenericAcpAgent(
        configSchema.parse({ command: [realAgent('opencode'), 'acp'] }),
        context,
      ),
    env: () => ({ OPENCODE_CONFIG_CONTENT: JSON.stringify(configuration) }),
    close: () => model.close(),
  });
}

describeAgentCli('acp with the real opencode', realOpencode, {
  question: null,
  priced: true,
  guarded: (file) => `RUN: touch ${file}`,
  dialog: /A number and Enter\s*›\s*$/,
  allowKeys: ['1', 'Enter'],
  allow: 'once',
  deny: 'reject',
  // It tells the tokens of a turn's last answer only; its price is that of all.
  firstTurnOutput: 50,
});
