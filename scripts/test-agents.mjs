// The opt-in tests with the real coding CLIs.
//   npm run test:agents [-- FILES AND OPTIONS OF VITEST]     with the installed versions
//   npm run test:agents -- newest [...]                      installs the newest from npm first: finds drift
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const scripts = dirname(fileURLToPath(import.meta.url));
const [first, ...rest] = process.argv.slice(2);
const isNewest = first === 'newest';
const cache = join(scripts, '..', 'node_modules', '.cache');
const env = {
  ...process.env,
  ...(isNewest
    ? { AO_AGENTS_DIR: process.env.AO_AGENTS_DIR ?? join(cache, 'ao-agents-newest') }
    : {}),
};

const run = (program, args) => {
  const { status } = spawnSync(program, args, { stdio: 'inherit', env });
  if (status !== 0) process.exit(status ?? 1);
};

if (isNewest) run(process.execPath, [join(scripts, 'install-agents.mjs'), '--newest']);
const words = isNewest ? rest : process.argv.slice(2);
run('npx', ['vitest', 'run', '-c', 'vitest.agents.config.ts', ...words]);
