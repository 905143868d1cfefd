// `npm test`: installs what is missing (packages, and Debian's chromium, tmux and git where it may), then runs `npm run check`.
import { ensureInstalled } from './lib/install.mjs';
import { requireProductNode } from './lib/node-binary.mjs';
import { run } from './lib/step.mjs';
import { ensureSystemPackages } from './lib/system-packages.mjs';

await ensureInstalled();
await ensureSystemPackages();
const { code } = await run(requireProductNode(), ['scripts/check.mjs', ...process.argv.slice(2)]);
process.exit(code);
