import { join } from 'node:path';
import { describeAgentCli } from '../../../test/contract/agent-cli.ts';
import { codexQuestion, describeCodex, question } from '../../../test/contract/codex.ts';
import { describeDetection } from '../../../test/contract/detection.ts';
import { AgentWorld } from '../../../test/support/agent-world.ts';
import { fakeProgram } from '../../../test/support/fake-program.ts';
import { TRIED } from '../../shared/program/tried-versions.ts';
import { configSchema } from './config.ts';
import { createCodexAgent } from './index.ts';

const fakeCodex = (): AgentWorld =>
  new AgentWorld({
    plugin: (context, home) =>
      createCodexAgent(
        configSchema.parse({ command: fakeProgram(home, 'codex', 'fake-codex.ts') }),
        context,
      ),
    env: (home) => ({ CODEX_HOME: join(home, 'codex') }),
    model: 'gpt-5.1-codex',
  });

describeAgentCli('codex with a fake CLI', fakeCodex, {
  question: codexQuestion(question('colour', 'Red', 'Blue')),
  priced: true,
  dialog: /1\. Yes/,
  limit: 'timed',
  guarded: (file) =>
    `TOOL: exec_command {"cmd":"touch ${file}","sandbox_permissions":"require_escalated","justification":"may I"}`,
  runs: (command) =>
    `TOOL: exec_command ${JSON.stringify({ cmd: command, sandbox_permissions: 'require_escalated', justification: 'may I' })}`,
});

describeCodex('codex with a fake CLI', fakeCodex);

describeDetection('codex', 'codex', TRIED.codex.newest, (context) =>
  createCodexAgent(configSchema.parse({}), context),
);
