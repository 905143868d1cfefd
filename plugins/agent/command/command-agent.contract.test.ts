import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { AgentEvent, AgentPlugin, AgentSessionInfo } from '../../../src/slots/agent.ts';
import { agentContract } from '../../../test/contract/agent.ts';
import {
  childEnvironment,
  pluginContext,
  temporaryFolder,
} from '../../../test/support/plugin-context.ts';
import { type PtyTerminal, startOnPty } from '../../../test/support/pty-terminal.ts';
import { until } from '../../../test/support/until.ts';
import command from './index.ts';

const PROGRAM = resolve(import.meta.dirname, '../../../test/fixtures/echo-agent.mjs');

for (const hashOnly of [false, true]) {
  agentContract(hashOnly ? 'command, a program that confirms by hash' : 'command', () => {
    const folder = temporaryFolder('agent');
    const env = childEnvironment(folder.path);
    const stateDir = join(folder.path, 'state');
    const log = join(folder.path, 'received.jsonl');
    mkdirSync(stateDir);
    const session: AgentSessionInfo = {
      id: 'app-1',
      project: 'app',
      cwd: folder.path,
      repo: folder.path,
      model: null,
      permissions: 'default',
      rules: '',
      agentSession: null,
      launch: 1,
      args: [],
      env: { ECHO_LOG: log, ECHO_HASH_ONLY: hashOnly ? '1' : '0' },
      hookUrl: '',
      hookToken: '',
      stateDir,
    };
    const context = pluginContext({ id: 'command', folder: folder.path, project: null, env });
    const agent = command.create(
      command.config.parse({ command: [process.execPath, PROGRAM, '{prompt}'] }),
      context,
    ) as AgentPlugin;
    let pty: PtyTerminal | null = null;
    const watch = (emit: (event: AgentEvent) => void) => {
      if (pty === null) throw new Error('launch first');
      return agent.watch(session, pty.terminal, emit);
    };
    return {
      askText: 'ask',
      workText: 'work',
      async launch(prompt, emit) {
        const plan = await agent.plan(session, { prompt, resume: false });
        for (const [path, content] of Object.entries(plan.files)) {
          mkdirSync(dirname(path), { recursive: true });
          writeFileSync(path, content);
        }
        const started = startOnPty(plan.argv, folder.path, { ...env, ...plan.env });
        pty = started;
        // By then the terminal knows that the program wants bracketed pastes.
        await until(() => started.screen().includes('echo agent'), 10_000, 'the program');
        return watch(emit);
      },
      watchAgain: async (emit) => watch(emit),
      received: () =>
        existsSync(log)
          ? readFileSync(log, 'utf8')
              .trimEnd()
              .split('\n')
              .map((line) => JSON.parse(line) as string)
          : [],
      close() {
        pty?.kill();
        folder.remove();
      },
    };
  });
}
