import path from 'node:path';
import { parseEnv } from 'node:util';
import type { Snapshot } from '../domain/session/session.ts';
import { untold } from '../lib/guarded/problem.ts';
import { readText } from '../lib/guarded/read.ts';
import type { Redact } from '../lib/redact.ts';
import type { ConfigPlace } from './config-place.ts';
import type { Environment } from './data-dir.ts';

/**
 * Masks what a running bot would mask in what was saved: its own tokens, what the configuration has under telling keys or takes from
 * the environment, and tokens by their shape. A configuration that can't be read gives none, and the rest is masked all the same.
 */
export async function offlineRedact(
  dataDir: string,
  place: ConfigPlace,
  snapshots: readonly Snapshot[],
): Promise<Redact> {
  const [{ createRedactor }, { knownValues }, { deriveTokens }] = await Promise.all([
    import('../lib/redact.ts'),
    import('../config/known-secrets.ts'),
    import('../lib/derived-token.ts'),
  ]);
  const { parsed, environment } = await configured(place);
  const own = ['token', 'proxy-token']
    .map((name) => read(path.join(dataDir, name)).trim())
    .filter((token) => token !== '');
  const { redact, learn } = createRedactor(knownValues(parsed, environment, ...own));
  if (own[0] !== undefined)
    learn(snapshots.map(({ session }) => session.id).map(deriveTokens(own[0])));
  return redact;
}

async function configured({
  config,
  env,
  cwd,
}: ConfigPlace): Promise<{ readonly parsed: unknown; readonly environment: readonly string[] }> {
  const [{ findConfig }, { isSecretKey }, { parse }] = await Promise.all([
    import('../config/find-config.ts'),
    import('../config/known-secrets.ts'),
    import('yaml'),
  ]);
  const file = findConfig({ explicit: config ?? null, from: cwd, env });
  const text = file === null ? '' : read(file);
  const dotEnv = file === null ? {} : parseEnv(read(path.join(path.dirname(file), '.env')));
  const known: Environment = { ...dotEnv, ...env };
  const named = [...text.matchAll(/\$\{(\w+)/g)].map(([, name = '']) => name);
  const telling = Object.keys(known).filter(isSecretKey);
  const environment = [...new Set([...named, ...telling])].flatMap((name) => known[name] ?? []);
  return { parsed: parsedOrNothing(parse, text), environment };
}

function parsedOrNothing(parse: (text: string) => unknown, text: string): unknown {
  try {
    return parse(text);
  } catch {
    return null;
  }
}

const read = (file: string): string => readText(file, untold, { follow: true }) ?? '';
