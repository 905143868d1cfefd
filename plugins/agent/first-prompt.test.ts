import { readdirSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import type { AgentPlugin } from '../../src/slots/agent.ts';
import type { PluginDefinition } from '../../src/slots/plugin.ts';
import { pluginContext, temporaryFolder } from '../../test/support/plugin-context.ts';

/** Where every agent's first prompt goes, as docs/security.md says it. A new agent needs its line in both. */
const FIRST_PROMPT: Readonly<Record<string, 'argument' | 'never an argument'>> = {
  acp: 'never an argument',
  aider: 'never an argument',
  'claude-code': 'argument',
  codex: 'argument',
  command: 'argument',
  cursor: 'never an argument',
  gemini: 'never an argument',
  goose: 'never an argument',
  kimi: 'never an argument',
  opencode: 'argument',
};
const WORDS = 'A task that is nobody else’s business';

async function planOf(name: string, settings: object, prompt: string, resume = false) {
  const folder = temporaryFolder('first-prompt');
  onTestFinished(() => folder.remove());
  const { default: definition } = (await import(`./${name}/index.ts`)) as {
    default: PluginDefinition<'agent', unknown>;
  };
  const context = pluginContext({ id: name, folder: folder.path });
  const agent: AgentPlugin = definition.create(definition.config.parse(settings), context);
  return agent.plan(
    {
      id: 'app-1',
      project: 'app',
      cwd: folder.path,
      repo: folder.path,
      model: null,
      permissions: agent.permissionModes[0] ?? 'default',
      rules: 'Rules of the project.',
      agentSession: null,
      launch: 1,
      args: [],
      env: { PATH: process.env.PATH ?? '' },
      hookUrl: 'http://127.0.0.1:1/hook',
      hookToken: 'token-of-the-session',
      stateDir: folder.path,
    },
    { prompt, resume },
  );
}

const SETTINGS: Readonly<Record<string, object>> = { acp: { command: ['any-agent'] } };
const agents = readdirSync(import.meta.dirname, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)
  .sort();

test('every agent is looked at', () => {
  expect(Object.keys(FIRST_PROMPT).sort()).toEqual(agents);
});

// threat: another user of the machine reads command lines | prompts of agents that take them in another way are not in them, nor is a session's token
test.each(agents)(
  'the command line of %s holds no more of the prompt than is documented',
  async (name) => {
    const short = await planOf(name, SETTINGS[name] ?? {}, WORDS);
    expect(short.argv.join(' ').includes(WORDS)).toBe(FIRST_PROMPT[name] === 'argument');
    expect(short.argv.join(' ')).not.toContain('token-of-the-session');
    const long = `${WORDS} ${'and more '.repeat(20_000)}`;
    const plan = await planOf(name, SETTINGS[name] ?? {}, long);
    expect(plan.argv.join(' ')).not.toContain(WORDS);
  },
);

test.each([
  ['{promptFile}', { command: ['any-agent', '{promptFile}'] }],
  ['its standard input', { command: ['any-agent'], prompt: 'stdin' }],
])(
  'a command that takes the prompt by %s never has it on its command line',
  async (_how, settings) => {
    const plan = await planOf('command', settings, WORDS);
    expect(plan.argv.join(' ')).not.toContain(WORDS);
  },
);
