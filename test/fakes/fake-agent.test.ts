import type { AgentEvent, AgentSessionInfo, AgentTerminal } from '../../src/slots/agent.ts';
import { agentContract } from '../contract/agent.ts';
import { createFakeAgent } from './fake-agent.ts';

const SESSION: AgentSessionInfo = {
  id: 'app-1',
  project: 'app',
  cwd: '/',
  repo: '/',
  model: null,
  permissions: 'default',
  rules: '',
  agentSession: null,
  launch: 1,
  args: [],
  env: {},
  hookUrl: '',
  hookToken: '',
  stateDir: '/',
};
const TERMINAL: AgentTerminal = {
  write: async () => undefined,
  keys: async () => undefined,
  capture: async () => '',
};

agentContract('fake', () => {
  const agent = createFakeAgent();
  agent.onMessage = (_session, text, program) => {
    if (text === 'ask')
      program.ask({
        id: 'q1',
        options: [
          { id: 'yes', label: 'Yes', style: 'plain' },
          { id: 'no', label: 'No', style: 'plain' },
        ],
      });
    else if (text !== 'work') program.finish('Done.');
  };
  const watch = (emit: (event: AgentEvent) => void) => agent.watch(SESSION, TERMINAL, emit);
  return {
    askText: 'ask',
    workText: 'work',
    async launch(prompt, emit) {
      await agent.plan(SESSION, { prompt, resume: false });
      return watch(emit);
    },
    watchAgain: async (emit) => watch(emit),
    received: () => agent.program('app-1').received,
    close: () => undefined,
  };
});
