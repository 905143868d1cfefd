import { resolve } from 'node:path';
import type { GhAnswer, GhRequest } from '../../commands/agent-forge.ts';
import { untold } from '../../lib/guarded/problem.ts';
import { readText } from '../../lib/guarded/read.ts';
import { classify } from './classify.ts';
import { forbidden } from './forbidden.ts';
import { type HttpAnswer, limitOf, parseHttpAnswer } from './http-answer.ts';
import { markedBodies } from './marked-bodies.ts';

export interface GhParts {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Whether stdout is a terminal: gh draws for it then, and nothing is kept. */
  readonly terminal: boolean;
  readonly now: () => number;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

/** Longest answer that is kept, characters. */
const MAX_KEPT = 200_000;
/** ao is asked beside the way, never waited for. */
const ASK_MS = 1_000;

const MISSING = `gh is not installed on this machine.
Open the pull request of this session with:  ao pr create --title "..." --body "..."
See it, its checks and the review with:  ao pr show   ao threads
For anything else ask for gh to be installed: https://cli.github.com`;

/**
 * `gh` of an agent: what a rule of ao forbids is refused with a sentence, reads are answered from a short memory or asked anew
 * with their ETag, everything else goes to the real gh as it is.
 */
export async function runGh(args: readonly string[], parts: GhParts): Promise<number> {
  const real = findGh(parts.env);
  if (real === null) {
    parts.err(`${MISSING}\n`);
    return 127;
  }
  const words = await forbidden(args, {
    aliases: async () => (await capture(real, ['alias', 'list'], parts)).out,
    whose: async ({ pull, repo }) => {
      const named = repo ?? parts.env.GH_REPO ?? null;
      return (await tell(parts, { type: 'whose', pull, repo: named }))?.whose ?? null;
    },
    read: (path) => readText(resolve(parts.cwd, path), untold, { max: 1 << 20, follow: true }),
  });
  if (words !== null) {
    parts.err(`ao: ${words}\n`);
    await tell(parts, { type: 'refused', line: args.join(' ').slice(0, 2_000), words });
    return 1;
  }
  const use = classify(args);
  if (use.kind === 'local') return run(real, args, parts);
  if (use.kind === 'write' && use.opens && !parts.terminal) return open(real, args, parts);
  if (use.kind === 'write') {
    const code = await run(real, markedBodies(args), parts);
    await tell(parts, {
      type: 'tell',
      key: null,
      kind: 'write',
      outcome: code === 0 ? 'ok' : 'failed',
    });
    return code;
  }
  if (!use.cache || parts.terminal) {
    const code = await run(real, args, parts);
    await tell(parts, {
      type: 'tell',
      key: null,
      kind: 'read',
      outcome: code === 0 ? 'ok' : 'failed',
    });
    return code;
  }
  return read(real, args, use.api, parts);
}

/** The address of a new pull request is what gh prints last; ao follows it whatever its branch is. */
async function open(real: string, args: readonly string[], parts: GhParts): Promise<number> {
  const { code, out, err } = await capture(real, args, parts);
  parts.out(out);
  parts.err(err);
  const opened = code === 0 ? out.match(/https?:\/\/\S+\/pull\/\d+/g)?.at(-1) : undefined;
  await tell(parts, {
    type: 'tell',
    key: null,
    kind: 'write',
    outcome: code === 0 ? 'ok' : 'failed',
    ...(opened === undefined ? {} : { opened }),
  });
  return code;
}

async function read(
  real: string,
  args: readonly string[],
  api: boolean,
  parts: GhParts,
): Promise<number> {
  const key = await keyOf(args, parts);
  const known = await tell(parts, { type: 'ask', key });
  if (known?.fresh != null) {
    parts.out(known.fresh);
    return 0;
  }
  if (known?.heldUntil != null) {
    parts.err(
      `ao: GitHub's rate limit of this token is used up until ${new Date(known.heldUntil).toISOString().slice(11, 16)} UTC; this was not sent. Go on with other work, and ask again then.\n`,
    );
    return 1;
  }
  if (!api) {
    const { code, out, err } = await capture(real, args, parts);
    parts.out(out);
    parts.err(err);
    await tell(parts, {
      type: 'tell',
      key,
      kind: 'read',
      outcome: code === 0 ? 'ok' : 'failed',
      ...(code === 0 ? kept(out) : {}),
      ...refusedFor(err, null, parts.now()),
    });
    return code;
  }
  const stale = known?.stale ?? null;
  const condition = stale?.etag == null ? [] : ['--header', `If-None-Match: ${stale.etag}`];
  const { code, out, err } = await capture(real, [...args, '--include', ...condition], parts);
  const answer = parseHttpAnswer(out);
  const limit = answer === null ? null : limitOf(answer);
  const limits = limit === null ? {} : { limit };
  if (answer?.status === 304 && stale !== null) {
    parts.out(stale.output);
    await tell(parts, { type: 'tell', key, kind: 'read', outcome: 'unchanged', ...limits });
    return 0;
  }
  const body = answer?.body ?? out;
  parts.out(body);
  parts.err(err);
  const etag = answer?.headers.get('etag') ?? null;
  const outcome =
    code === 0
      ? ({ outcome: 'ok', ...kept(body), ...(etag === null ? {} : { etag }) } as const)
      : ({ outcome: 'failed' } as const);
  await tell(parts, {
    type: 'tell',
    key,
    kind: 'read',
    ...outcome,
    ...limits,
    ...refusedFor(err, answer, parts.now()),
  });
  return code;
}

const kept = (output: string): { output?: string } => (output.length <= MAX_KEPT ? { output } : {});

/** GitHub refused because of a limit: until when nothing is worth sending. */
function refusedFor(err: string, answer: HttpAnswer | null, now: number): { heldUntil?: number } {
  const after = Number(answer?.headers.get('retry-after') ?? Number.NaN);
  if (Number.isFinite(after)) return { heldUntil: now + after * 1_000 };
  if (answer !== null && answer.status !== 403 && answer.status !== 429) return {};
  if (/secondary rate limit|abuse detection/i.test(err)) return { heldUntil: now + 60_000 };
  const limit = answer === null ? null : limitOf(answer);
  return limit?.remaining === 0 ? { heldUntil: limit.resetAt } : {};
}

/** The same words mean the same only in the same place, on the same commit, for the same login. */
async function keyOf(args: readonly string[], { env, cwd }: GhParts): Promise<string> {
  const { createHash } = process.getBuiltinModule('node:crypto');
  const head = await headOf(cwd, env);
  const login = [
    'GH_TOKEN',
    'GITHUB_TOKEN',
    'GH_ENTERPRISE_TOKEN',
    'GITHUB_ENTERPRISE_TOKEN',
    'GH_HOST',
    'GH_REPO',
    'GH_CONFIG_DIR',
  ].map((name) => env[name] ?? '');
  return createHash('sha256')
    .update(JSON.stringify([args, cwd, head, login]))
    .digest('hex');
}

/** The first gh on PATH that is not this one. */
function findGh(env: GhParts['env']): string | null {
  const { accessSync, constants, realpathSync } = process.getBuiltinModule('node:fs');
  const { delimiter, join } = process.getBuiltinModule('node:path');
  const own = env.AO_GH_SHIM === undefined ? null : realpathSync(env.AO_GH_SHIM);
  for (const folder of (env.PATH ?? '').split(delimiter).filter((one) => one !== '')) {
    try {
      if (realpathSync(folder) === own) continue;
      accessSync(join(folder, 'gh'), constants.X_OK);
      return join(folder, 'gh');
    } catch {
      // Not here.
    }
  }
  return null;
}

async function tell(parts: GhParts, request: GhRequest): Promise<GhAnswer | null> {
  const { AO_URL: url, AO_TOKEN: token, AO_SESSION: session } = parts.env;
  if (!url || !token || !session) return null;
  try {
    const response = await fetch(`${url}/api/sessions/${encodeURIComponent(session)}/gh`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(request),
      redirect: 'error',
      signal: AbortSignal.timeout(ASK_MS),
    });
    return response.ok ? ((await response.json()) as GhAnswer) : null;
  } catch {
    // ao is down or slow: gh works without it.
    return null;
  }
}

async function run(program: string, args: readonly string[], parts: GhParts): Promise<number> {
  const { spawn } = process.getBuiltinModule('node:child_process');
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      stdio: 'inherit',
      cwd: parts.cwd,
      env: parts.env as NodeJS.ProcessEnv,
    });
    child.on('error', (error) => {
      parts.err(`gh could not be started: ${error.message}\n`);
      resolve(126);
    });
    child.on('close', (code, signal) => resolve(code ?? (signal === null ? 1 : 128)));
  });
}

async function capture(
  program: string,
  args: readonly string[],
  parts: GhParts,
): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  const { spawn } = process.getBuiltinModule('node:child_process');
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      stdio: ['inherit', 'pipe', 'pipe'],
      cwd: parts.cwd,
      env: parts.env as NodeJS.ProcessEnv,
    });
    const [out, err]: [Buffer[], Buffer[]] = [[], []];
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
    child.on('error', (error) =>
      resolve({ code: 126, out: '', err: `gh could not be started: ${error.message}\n` }),
    );
    child.on('close', (code, signal) =>
      resolve({
        code: code ?? (signal === null ? 1 : 128),
        out: Buffer.concat(out).toString('utf8'),
        err: Buffer.concat(err).toString('utf8'),
      }),
    );
  });
}

/** Empty where there is no repository. */
async function headOf(cwd: string, env: GhParts['env']): Promise<string> {
  // Only the few commands that get this far pay for it.
  const { createRunGit, definedOf } = await import('../../git/run-git.ts');
  const git = createRunGit({ env: definedOf(env) });
  return git(cwd, ['rev-parse', 'HEAD', '--abbrev-ref', 'HEAD'], { timeoutMs: 2_000 }).then(
    ({ ok, stdout }) => (ok ? stdout.trim() : ''),
    () => '',
  );
}
