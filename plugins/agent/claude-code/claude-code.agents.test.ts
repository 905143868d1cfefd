import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeAgentCli } from '../../../test/contract/agent-cli.ts';
import { describeClaude } from '../../../test/contract/claude-code.ts';
import { startAnthropicModel } from '../../../test/fakes/models/anthropic.ts';
import { AgentWorld } from '../../../test/support/agent-world.ts';
import { realAgent } from '../../../test/support/real-agents.ts';
import { configSchema } from './config.ts';
import { createClaudeAgent } from './index.ts';

/** `subscription`: logged in as a person with usage limits, not with an API token. */
async function realClaude(options: { subscription?: boolean } = {}): Promise<AgentWorld> {
  const model = await startAnthropicModel();
  return new AgentWorld({
    plugin: (context, home) => {
      mkdirSync(join(home, 'config'));
      // The first-run pages call home; a person went through them once on a real machine.
      writeFileSync(
        join(home, 'config', '.claude.json'),
        JSON.stringify({ hasCompletedOnboarding: true }),
      );
      return createClaudeAgent(configSchema.parse({ command: realAgent('claude') }), context);
    },
    env: (home) => ({
      CLAUDE_CONFIG_DIR: join(home, 'config'),
      ANTHROPIC_BASE_URL: model.url,
      [options.subscription === true ? 'CLAUDE_CODE_OAUTH_TOKEN' : 'ANTHROPIC_AUTH_TOKEN']: 'dummy',
    }),
    model: 'claude-sonnet-4-5',
    close: () => model.close(),
  });
}

describeAgentCli('claude-code with the real CLI', () => realClaude(), {
  question:
    'TOOL: AskUserQuestion {"questions":[{"question":"Which colour?","header":"Colour","multiSelect":false,"options":[{"label":"Red","description":"warm"},{"label":"Blue","description":"cold"}]}]}',
  priced: true,
  dialog: /1\. Yes/,
  guarded: (file) => `RUN: touch ${file}`,
  runs: (command) => `RUN: ${command}`,
});

describeClaude('claude-code with the real CLI', realClaude);
