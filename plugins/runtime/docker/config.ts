import { isAbsolute } from 'node:path';
import { z } from 'zod';

const UNITS: Readonly<Record<string, number>> = { k: 2 ** 10, m: 2 ** 20, g: 2 ** 30 };

/** `512m`, `4g`: bytes. */
const bytes = z
  .string()
  .regex(/^\d+(\.\d+)?[kmg]$/i, 'a number and k, m or g, such as 4g')
  .transform((text) =>
    Math.round(Number.parseFloat(text) * (UNITS[text.slice(-1).toLowerCase()] ?? 1)),
  );

const absolute = z.string().refine(isAbsolute, 'must be an absolute path');

export const dockerConfig = z.strictObject({
  /** What containers are made of. It needs git, /bin/sh, the agent's program, and a C library that runs ao's node (glibc). */
  image: z
    .string()
    .min(1)
    .regex(/^[^\s-][^\s]*$/, 'a name such as registry/team/agents:1'),
  /** The engine's socket on this machine. */
  socket: absolute.default('/var/run/docker.sock'),
  /** The docker program; people and terminals reach a container with it. */
  bin: z.string().min(1).default('docker'),
  memory: bytes.prefault('4g'),
  /** CPUs at most, parts allowed; left out: no limit. */
  cpus: z.number().positive().max(1024).optional(),
  /** Processes and threads at most. */
  pids: z.int().min(16).max(1_000_000).default(1024),
  /** `none`: nothing but ao can be reached from it. `default`: the engine's own network. */
  network: z.enum(['none', 'default']).default('default'),
  /** Folders or files of this machine besides the workspace, at the same path: `/path` or `/path:ro`. */
  mounts: z
    .array(
      z
        .string()
        .regex(/^\/[^:]*(:ro)?$/, 'an absolute path, with :ro behind it where it may only be read'),
    )
    .default([]),
  /** HOME of the agents, shared by all of them; left out: each session has an empty one of its own. */
  home: absolute.optional(),
  /** Variables for agents in these containers. Kept in a private file, not in the container's settings. */
  env: z.record(z.string().regex(/^[A-Za-z_]\w*$/), z.string()).default({}),
  /** `uid:gid` of the agents; left out: those of ao, so that files in the workspace stay its own. */
  user: z
    .string()
    .regex(/^\d+:\d+$/, 'numbers such as 1000:1000')
    .optional(),
});

export type DockerConfig = z.infer<typeof dockerConfig>;
