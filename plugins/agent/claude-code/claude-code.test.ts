import { join } from 'node:path';
import { describeAgentCli } from '../../../test/contract/agent-cli.ts';
import { describeClaude } from '../../../test/contract/claude-code.ts';
import { describeDetection } from '../../../test/contract/detection.ts';
import { AgentWorld } from '../../../test/support/agent-world.ts';
import { fakeProgram } from '../../../test/support/fake-program.ts';
import { TRIED } from '../../shared/program/tried-versions.ts';
import { configSchema } from './config.ts';
import { createClaudeAgent } from './index.ts';

const fakeClaude = (): AgentWorld =>
  new AgentWorld({
    plugin: (context, home) =>
      createClaudeAgent(
        configSchema.parse({ command: fakeProgram(home, 'claude', 'fake-claude.ts') }),
        context,
      ),
    env: (home) => ({ CLAUDE_CONFIG_DIR: join(home, 'config') }),
    model: 'claude-sonnet-4-5',
  });

describeAgentCli('claude-code with a fake CLI', fakeClaude, {
  question:
    'TOOL: AskUserQuestion {"questions":[{"question":"Which colour?","header":"Colour","multiSelect":false,"options":[{"label":"Red","description":"warm"},{"label":"Blue","description":"cold"}]}]}',
  priced: true,
  dialog: /1\. Yes/,
  guarded: (file) => `RUN: touch ${file}`,
  runs: (command) => `RUN: ${command}`,
});

describeClaude('claude-code with a fake CLI', fakeClaude);

describeDetection('claude-code', 'claude', TRIED['claude-code'].newest, (context) =>
  createClaudeAgent(configSchema.parse({}), context),
);
