import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeAgentInBot } from '../contract/agent-in-bot.ts';
import { startAnthropicModel } from '../fakes/models/anthropic.ts';
import { startOpenaiModel } from '../fakes/models/openai.ts';
import { realAgent } from '../support/real-agents.ts';
import { tempDir } from '../support/tmp.ts';

describeAgentInBot('the real Claude Code in the bot', async () => {
  const model = await startAnthropicModel();
  const config = tempDir('ao-claude-');
  // The first-run pages call home; a person went through them once on a real machine.
  writeFileSync(
    join(config.path, '.claude.json'),
    JSON.stringify({ hasCompletedOnboarding: true }),
  );
  return {
    agent: 'claude-code',
    agents: () => ({ 'claude-code': { command: realAgent('claude') } }),
    launch: {
      env: {
        CLAUDE_CONFIG_DIR: config.path,
        ANTHROPIC_BASE_URL: model.url,
        ANTHROPIC_AUTH_TOKEN: 'dummy',
      },
      model: 'claude-sonnet-4-5',
    },
    resumed: / --resume [0-9a-f-]{36}/,
    close: () => model.close().finally(() => config.remove()),
  };
});

describeAgentInBot('the real Codex in the bot', async () => {
  const model = await startOpenaiModel();
  const home = tempDir('ao-codex-');
  mkdirSync(home.path, { recursive: true });
  const provider = `model_providers.fake={name="fake",base_url="${model.url}/v1",env_key="FAKE_KEY",wire_api="responses"}`;
  return {
    agent: 'codex',
    agents: () => ({ codex: { command: realAgent('codex') } }),
    launch: {
      env: { CODEX_HOME: home.path, FAKE_KEY: 'x' },
      args: ['-c', 'model_provider="fake"', '-c', provider],
      model: 'gpt-5.1-codex',
    },
    resumed: / resume [0-9a-f-]{36}/,
    close: () => model.close().finally(() => home.remove()),
  };
});

describeAgentInBot('the real opencode in the bot', async () => {
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
  return {
    agent: 'opencode',
    agents: () => ({ opencode: { command: realAgent('opencode') } }),
    launch: {
      env: {
        OPENCODE_CONFIG_CONTENT: JSON.stringify({
          provider: { fake },
          small_model: 'fake/fake-model',
        }),
      },
      model: 'fake/fake-model',
    },
    resumed: / -s ses_/,
    close: () => model.close(),
  };
});
