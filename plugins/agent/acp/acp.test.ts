import { join } from 'node:path';
import { describeAgentCli } from '../../../test/contract/agent-cli.ts';
import { AgentWorld } from '../../../test/support/agent-world.ts';
import { fakeProgram } from '../../../test/support/fake-program.ts';
import { configSchema } from './config.ts';
import { createGenericAcpAgent } from './index.ts';

const fakeAcp = (): AgentWorld =>
  new AgentWorld({
    plugin: (context, home) =>
      createGenericAcpAgent(
        configSchema.parse({
          command: [fakeProgram(home, 'an-agent', 'fake-acp.ts'), '--acp'],
          modelOption: '--model',
        }),
        context,
      ),
    env: (home) => ({ FAKE_ACP_DIR: join(home, 'acp') }),
    model: 'fake-model',
  });

describeAgentCli('acp with an agent of the official library', fakeAcp, {
  question: 'TOOL: question {"question":"Which colour?","options":["Red","Blue"]}',
  priced: true,
  guarded: (file) => `RUN: touch ${file}`,
  dialog: /A number and Enter\s*›\s*$/,
  allowKeys: ['1', 'Enter'],
  limit: 'timed',
});
