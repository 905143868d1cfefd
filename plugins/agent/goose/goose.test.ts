import { describeAcpAgent } from '../../../test/contract/acp-agent.ts';
import goose from './index.ts';

describeAcpAgent('goose with a fake CLI', {
  program: 'goose',
  create: (command, context) => goose.create(goose.config.parse({ command }), context),
  fake: { version: ' 1.20.1', acpArgs: ['acp'], allow: 'allow_once', deny: 'reject_once' },
  modes: ['default', 'auto-edit', 'permissionless'],
  launched: { args: ['acp'], mode: 'approve', model: 'm-1' },
});
