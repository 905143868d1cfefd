// Installs the real coding CLIs for `npm run test:agents`, outside the project's dependencies: 400 MB each.
//   node scripts/install-agents.mjs [--newest] [claude] [codex] [opencode]      default: all, in the versions ao was tried with
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { TRIED } from '../plugins/shared/program/tried-versions.ts';

const PROGRAMS = { claude: TRIED['claude-code'], codex: TRIED.codex, opencode: TRIED.opencode };

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const target = process.env.AO_AGENTS_DIR ?? join(root, 'node_modules', '.cache', 'ao-agents');
const named = process.argv.slice(2).filter((word) => word !== '--newest');
const newest = process.argv.includes('--newest');
const wanted = named.length > 0 ? named : Object.keys(PROGRAMS);

for (const name of wanted) {
  const known = PROGRAMS[name];
  if (known === undefined) {
    console.error(`No agent is called ${name}. Known: ${Object.keys(PROGRAMS).join(', ')}.`);
    process.exit(1);
  }
  const spec = `${known.npm}@${newest ? 'latest' : known.newest}`;
  const folder = join(target, name);
  mkdirSync(folder, { recursive: true });
  if (!existsSync(join(folder, 'package.json')))
    writeFileSync(join(folder, 'package.json'), '{"private":true}\n');
  console.log(`Installing ${spec} in ${folder} ...`);
  const result = spawnSync('npm', ['install', '--no-audit', '--no-fund', spec], {
    cwd: folder,
    stdio: 'inherit',
  });
  if (result.status !== 0) process.exit(result.status ?? 1);
}
