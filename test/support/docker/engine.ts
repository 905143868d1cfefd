import { execFileSync, spawn } from 'node:child_process';
import { existsSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { tempDir } from '../tmp.ts';
import { until } from '../until.ts';
import { importScratchImage } from './scratch-image.ts';

export const IMAGE = 'ao-test:scratch';

export interface DockerEngine {
  readonly socket: string;
  /** The docker program against it. Throws what it says when it fails. */
  docker(...args: string[]): string;
  stop(): Promise<void>;
}

/**
 * Why there is no engine here; null: there is one. `AO_DOCKER_SOCKET` names one that runs, otherwise a private `dockerd` is started, which needs root
 * and changes no firewall. CI sets `AO_REQUIRE_DOCKER` where an engine can run at all: there a missing one is a failure; elsewhere `AO_NO_DOCKER`, with the reason.
 */
export function whyNoDocker(): string | null {
  const why = reason();
  if (why === null) return null;
  if (process.env.AO_REQUIRE_DOCKER === '1') throw new Error(`Docker is required here: ${why}`);
  process.stderr.write(`\nNOT TESTED: the docker runtime, because ${why}.\n`);
  return why;
}

function reason(): string | null {
  if (process.env.AO_NO_DOCKER !== undefined) return process.env.AO_NO_DOCKER;
  if (!has('docker')) return 'there is no docker program (apt-get install docker.io)';
  if (process.env.AO_DOCKER_SOCKET !== undefined) return null;
  if (process.getuid?.() !== 0) return 'a private engine needs root; set AO_DOCKER_SOCKET';
  return has('dockerd') ? null : 'there is no dockerd (apt-get install docker.io)';
}

const has = (program: string): boolean =>
  [...(process.env.PATH ?? '').split(':'), '/usr/sbin'].some((folder) =>
    existsSync(join(folder, program)),
  );

/** A running engine with the tests' image in it. */
export async function startDocker(): Promise<DockerEngine> {
  const given = process.env.AO_DOCKER_SOCKET;
  const engine = given === undefined ? await privateEngine() : programOf(given, async () => {});
  if (engine.docker('images', '--quiet', IMAGE).trim() === '')
    importScratchImage(engine.docker, IMAGE);
  return engine;
}

const programOf = (socket: string, stop: () => Promise<void>): DockerEngine => ({
  socket,
  docker: (...args) =>
    execFileSync('docker', ['--host', `unix://${socket}`, ...args], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      // An engine that comes up takes calls before it answers them.
      timeout: args[0] === 'version' ? 5_000 : 120_000,
    }),
  stop,
});

async function privateEngine(): Promise<DockerEngine> {
  const folder = tempDir('ao-dockerd-');
  const at = (name: string): string => join(folder.path, name);
  // A file: a pipe would be full while a call of `docker` blocks its reader, and dockerd would wait for both.
  const log = openSync(at('log'), 'a');
  const child = spawn(
    '/usr/sbin/dockerd',
    [
      '--host',
      `unix://${at('docker.sock')}`,
      '--data-root',
      at('data'),
      '--exec-root',
      at('exec'),
      '--pidfile',
      at('pid'),
      '--iptables=false',
      '--ip6tables=false',
      '--ip-masq=false',
      '--ip-forward=false',
      // Several at once would share the one bridge of the machine; the tests' containers have no network.
      '--bridge=none',
    ],
    { stdio: ['ignore', log, log] },
  );
  const engine = programOf(at('docker.sock'), async () => {
    if (child.exitCode === null) {
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await gone;
    }
    folder.remove();
  });
  await until(
    () => {
      if (child.exitCode !== null)
        throw new Error(`dockerd ended: ${readFileSync(at('log'), 'utf8').slice(-800)}`);
      try {
        return existsSync(at('docker.sock')) && engine.docker('version') !== '';
      } catch {
        return false;
      }
    },
    { what: 'the engine to answer', timeoutMs: 60_000 },
  );
  return engine;
}
