import { describeAcpAgent } from '../../../test/contract/acp-agent.ts';
import gemini from './index.ts';

describeAcpAgent('gemini with a fake CLI', {
  program: 'gemini',
  create: (command, context) => gemini.create(gemini.config.parse({ command }), context),
  fake: {
    version: '0.61.0',
    acpArgs: ['--acp', '--skip-trust'],
    modes: ['default', 'autoEdit', 'yolo', 'plan'],
    allow: 'proceed_once',
    deny: 'cancel',
  },
  modes: ['default', 'plan', 'auto-edit', 'permissionless'],
  launched: { args: ['--acp', '--skip-trust', '--approval-mode', 'auto_edit', '--model', 'm-1'] },
});
