import { describeAcpAgent } from '../../../test/contract/acp-agent.ts';
import cursor from './index.ts';

describeAcpAgent('cursor with a fake CLI', {
  program: 'cursor-agent',
  create: (command, context) => cursor.create(cursor.config.parse({ command }), context),
  fake: {
    version: '2026.02.27-e7d2ef6',
    acpArgs: ['acp'],
    modes: ['agent', 'plan', 'ask'],
    auth: 'cursor_login',
    allow: 'allow-once',
    deny: 'reject-once',
  },
  modes: ['default', 'plan', 'auto-edit', 'permissionless'],
  launched: { args: ['--model', 'm-1', 'acp'] },
});
