import { describeAcpAgent } from '../../../test/contract/acp-agent.ts';
import kimi from './index.ts';

describeAcpAgent('kimi with a fake CLI', {
  program: 'kimi',
  create: (command, context) => kimi.create(kimi.config.parse({ command }), context),
  fake: {
    version: 'kimi, version 1.9.0',
    acpArgs: ['acp'],
    modes: ['default', 'plan', 'yolo'],
    models: true,
  },
  modes: ['default', 'plan', 'auto-edit', 'permissionless'],
  launched: { args: ['acp'] },
});
