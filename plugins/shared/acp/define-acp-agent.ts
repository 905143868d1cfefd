import { definePlugin } from '../../../src/slots/plugin.ts';
import { createAcpAgent } from './driver.ts';
import { programConfig } from './program-config.ts';
import type { AcpAgentSpec } from './spec.ts';

/** Plugin of one known program that speaks the Agent Client Protocol; `program` is where it is looked for unless the configuration says. */
export const defineAcpAgent = ({
  description,
  ...spec
}: AcpAgentSpec & { readonly description: string }) =>
  definePlugin({
    slot: 'agent',
    name: spec.plugin,
    description,
    config: programConfig(spec.program),
    create: (config, context) => createAcpAgent({ ...spec, program: config.command }, context),
  });

/** Of an agent without modes for edits: what it asks for is answered by ao. */
export const ANSWERED_BY_AO = {
  default: { mode: null, approve: 'nothing' },
  'auto-edit': { mode: null, approve: 'edits' },
  permissionless: { mode: null, approve: 'everything' },
} as const satisfies AcpAgentSpec['permissions'];
