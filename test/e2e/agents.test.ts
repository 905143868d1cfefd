import { describeAgentInBot } from '../contract/agent-in-bot.ts';
import { fakeProgram } from '../support/fake-program.ts';

/** For an hour; programs tell no seconds. */
const limit = `LIMIT: ${Math.ceil(Date.now() / 60_000) * 60 + 3600}`;

describeAgentInBot('Claude Code (a fake) in the bot', () => ({
  agent: 'claude-code',
  agents: (folder) => ({
    'claude-code': { command: fakeProgram(folder, 'claude', 'fake-claude.ts') },
  }),
  resumed: / --resume [0-9a-f-]{36}/,
}));

describeAgentInBot('Codex (a fake) in the bot', () => ({
  agent: 'codex',
  agents: (folder) => ({ codex: { command: fakeProgram(folder, 'codex', 'fake-codex.ts') } }),
  limit,
  resumed: / resume [0-9a-f-]{36}/,
}));

describeAgentInBot('opencode (a fake) in the bot', () => ({
  agent: 'opencode',
  agents: (folder) => ({
    opencode: { command: fakeProgram(folder, 'opencode', 'fake-opencode.ts') },
  }),
  launch: { model: 'fake/fake-model' },
  resumed: / -s ses_/,
}));
