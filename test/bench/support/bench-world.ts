import { execFile, execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gitEnv, makeRepo, type Repo, tempDir } from '../../support/tmp.ts';
import { openSignals, type Signals } from './signals.ts';

export const run = promisify(execFile);

export interface BenchWorld {
  readonly path: string;
  readonly signals: Signals;
  /** A program that is no more than a shell: tells when it started, then every line it reads. Speaks the event protocol. */
  readonly agent: string;
  /** Environment of everything measured. */
  readonly env: Readonly<Record<string, string>>;
  /** Name of a private tmux server. */
  socket(name: string): string;
  repository(name: string, files: number): Repo;
  close(): void;
}

export function makeBenchWorld(): BenchWorld {
  const folder = tempDir('ao-bench-');
  const signals = openSignals(join(folder.path, 'signals'));
  const agent = join(folder.path, 'agent.sh');
  writeFileSync(agent, agentScript(signals.path));
  chmodSync(agent, 0o755);
  const sockets = new Set<string>();
  const home = join(folder.path, 'home');
  mkdirSync(home);
  return {
    path: folder.path,
    signals,
    agent,
    env: { ...gitEnv(), HOME: home },
    socket(name) {
      const socket = `ao-bench-${process.pid}-${name}`;
      sockets.add(socket);
      return socket;
    },
    repository: (name, files) => makeRepo({ in: folder.path, name, files: sources(files) }),
    close() {
      for (const socket of sockets) {
        try {
          execFileSync('tmux', ['-L', socket, 'kill-server'], { stdio: 'ignore' });
        } catch {
          // It ended with its last session.
        }
      }
      signals.close();
      folder.remove();
    },
  };
}

/** The first command is the measured one; nothing is started before it, not even a subprocess of the shell. */
const agentScript = (fifo: string): string => `#!/bin/sh
echo "started \${AO_SESSION:-$2} $1" > '${fifo}'
[ -n "$AO_EVENTS" ] || exec cat
printf '{"type":"accepted","text":"%s"}\\n{"type":"ready"}\\n' "$1" >> "$AO_EVENTS"
while IFS= read -r line; do
  echo "line $AO_SESSION $line" > '${fifo}'
  printf '{"type":"accepted","text":"%s"}\\n{"type":"ready"}\\n' "$line" >> "$AO_EVENTS"
done
`;

/** Source-like files of 1 to 4 KB in folders of fifty. */
function sources(count: number): Record<string, string> {
  return Object.fromEntries(
    Array.from({ length: count }, (_, index) => {
      const lines = Array.from(
        { length: 25 + (index % 75) },
        (_line, n) => `export const value${n} = ${index * n}; // line ${n}`,
      );
      return [`src/part-${Math.floor(index / 50)}/file-${index}.ts`, `${lines.join('\n')}\n`];
    }),
  );
}
