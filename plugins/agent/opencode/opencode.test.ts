import { describeAgentCli } from '../../../test/contract/agent-cli.ts';
import { describeDetection } from '../../../test/contract/detection.ts';
import { describeOpencode } from '../../../test/contract/opencode.ts';
import { AgentWorld } from '../../../test/support/agent-world.ts';
import { fakeProgram } from '../../../test/support/fake-program.ts';
import { TRIED } from '../../shared/program/tried-versions.ts';
import { configSchema } from './config.ts';
import { createOpencodeAgent } from './index.ts';

const fakeOpencode = (): AgentWorld =>
  new AgentWorld({
    plugin: (context, home) =>
      createOpencodeAgent(
        configSchema.parse({ command: fakeProgram(home, 'opencode', 'fake-opencode.ts') }),
        context,
      ),
    env: () => ({}),
    model: 'fake/fake-model',
  });

describeAgentCli('opencode with a fake CLI', fakeOpencode, {
  question:
    'TOOL: question {"questions":[{"question":"Which colour?","header":"Colour","options":[{"label":"Red","description":"warm"},{"label":"Blue","description":"cold"}]}]}',
  priced: true,
  guarded: (file) => `RUN: touch ${file}`,
  runs: (command) => `RUN: ${command}`,
  dialog: /Permission required/,
});

describeDetection('opencode', 'opencode', TRIED.opencode.newest, (context) =>
  createOpencodeAgent(configSchema.parse({}), context),
);

describeOpencode('opencode with a fake CLI', fakeOpencode);
