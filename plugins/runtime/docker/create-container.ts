import { existsSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { untold } from '../../../src/lib/guarded/problem.ts';
import { ensureFolder, replaceFile } from '../../../src/lib/guarded/write.ts';
import { rejected } from '../../../src/slots/errors.ts';
import type { PluginContext } from '../../../src/slots/plugin.ts';
import type { RuntimeSpec } from '../../../src/slots/runtime.ts';
import type { DockerConfig } from './config.ts';
import { type Containers, isGone, LABEL } from './containers.ts';
import type { Engine } from './engine.ts';
import { argvThere, launchFile } from './launch-file.ts';

/** An image is some gigabytes. */
const PULL_MS = 20 * 60_000;

export interface Making {
  readonly config: DockerConfig;
  readonly context: PluginContext;
  readonly engine: Engine;
  readonly containers: Containers;
  readonly installation: string;
}

interface Mount {
  readonly path: string;
  readonly write: boolean;
}

/** Makes the container of a session; nothing runs in it yet. Returns its id. */
export async function createContainer(making: Making, spec: RuntimeSpec): Promise<string> {
  checkSpec(spec);
  const name = making.containers.nameOf(spec.id);
  const body = bodyOf(making, spec);
  const create = () =>
    making.engine.call<{ Id: string }>('POST', `/containers/create?name=${name}`, body);
  try {
    return (await create()).Id;
  } catch (error) {
    if (!isGone(error)) throw error;
    await pull(making);
    return (await create()).Id;
  }
}

async function pull({ engine, config, context }: Making): Promise<void> {
  context.logger.info({ image: config.image }, 'the image is not there yet and is pulled');
  const named = /:[^/]*$|@/.test(config.image) ? config.image : `${config.image}:latest`;
  const missing = (why: string, cause?: unknown) =>
    rejected(
      'AO_DOCKER_IMAGE',
      `The image ${config.image} is not there and could not be pulled (${why}). Build it or pull it by hand, or correct runtimes: ${context.id}: image.`,
      { cause },
    );
  const answer = await engine
    .call<string>('POST', `/images/create?fromImage=${encodeURIComponent(named)}`, undefined, {
      timeoutMs: PULL_MS,
    })
    .catch((error: unknown) => {
      throw missing(error instanceof Error ? error.message : 'no reason given', error);
    });
  const failed = /"error":"((?:[^"\\]|\\.)*)"/.exec(
    typeof answer === 'string' ? answer : JSON.stringify(answer),
  )?.[1];
  if (failed !== undefined) throw missing(failed);
}

function bodyOf({ config, context, installation }: Making, spec: RuntimeSpec): object {
  const own = ownFolder(context, spec.id);
  const home = config.home ?? join(own, 'home');
  const launch = join(own, 'launch');
  for (const folder of [join(context.dataDir, 'sessions'), own, launch, home])
    ensureFolder(folder, untold);
  const mounts = mountsOf(config, spec, [
    { path: launch, write: false },
    { path: home, write: true },
  ]);
  const there = mounts.map(({ path }) => path);
  const file = join(launch, 'environment');
  replaceFile(
    file,
    launchFile(spec.env, { host: context.env, configured: config.env, home, there }),
  );
  const port = portOf(spec.env.AO_URL);
  return {
    Image: config.image,
    Tty: true,
    OpenStdin: true,
    AttachStdin: true,
    AttachStdout: true,
    AttachStderr: true,
    User: config.user ?? `${process.getuid?.() ?? 0}:${process.getgid?.() ?? 0}`,
    WorkingDir: spec.cwd,
    Entrypoint: ['/bin/sh', '-c', '. "$0" && exec "$@"', file],
    Cmd: argvThere(spec.argv, there),
    Labels: {
      [LABEL.installation]: installation,
      [LABEL.session]: spec.id,
      ...(spec.key === undefined ? {} : { [LABEL.launch]: spec.key }),
      ...(port === null ? {} : { [LABEL.port]: `${port}` }),
    },
    HostConfig: {
      Init: true,
      AutoRemove: false,
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges'],
      Memory: config.memory,
      MemorySwap: config.memory,
      ...(config.cpus === undefined ? {} : { NanoCpus: Math.round(config.cpus * 1e9) }),
      PidsLimit: config.pids,
      NetworkMode: config.network,
      Mounts: mounts.map(({ path, write }) => ({
        Type: 'bind',
        Source: path,
        Target: path,
        ReadOnly: !write,
      })),
    },
  };
}

/** Of a session, below the plugin's own folder; goes with its container. */
export const ownFolder = (context: Pick<PluginContext, 'dataDir'>, session: string): string =>
  join(context.dataDir, 'sessions', session);

/** Everything at the path it has here. One that may be written wins over the same one that may only be read. */
function mountsOf(
  config: DockerConfig,
  spec: RuntimeSpec,
  own: readonly Mount[],
): readonly Mount[] {
  const all: readonly Mount[] = [
    { path: spec.cwd, write: true },
    ...(spec.paths ?? []),
    { path: process.execPath, write: false },
    ...config.mounts.map((text) => ({
      path: text.replace(/:ro$/, ''),
      write: !text.endsWith(':ro'),
    })),
    ...own,
  ];
  const byPath = new Map<string, Mount>();
  for (const mount of all)
    if (byPath.get(mount.path)?.write !== true) byPath.set(mount.path, mount);
  return [...byPath.values()].toSorted((a, b) => a.path.localeCompare(b.path));
}

function checkSpec(spec: RuntimeSpec): void {
  if (!/^[a-z0-9-]+$/.test(spec.id))
    throw rejected('AO_DOCKER_ID', `"${spec.id}" can't name a container: use a-z, 0-9 and dashes.`);
  if (spec.argv.length === 0)
    throw rejected('AO_DOCKER_COMMAND', `There is no command to run for ${spec.id}.`);
  if (!isAbsolute(spec.cwd) || !existsSync(spec.cwd))
    throw rejected('AO_DOCKER_FOLDER', `The folder ${spec.cwd} of ${spec.id} does not exist.`);
}

/** Where ao listens, as far as it is on loopback here: that is what the helper stands in for there. */
function portOf(url: string | undefined): number | null {
  if (url === undefined || !URL.canParse(url)) return null;
  const { hostname, port } = new URL(url);
  return ['127.0.0.1', 'localhost', '[::1]'].includes(hostname) ? Number(port || 80) : null;
}
