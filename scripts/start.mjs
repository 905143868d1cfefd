// `npm start [-- PATH]`: installs and builds what is missing, then runs the bot. Plain JavaScript that any Node >= 18 can run.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { ensureInstalled } from './lib/install.mjs';
import { requireProductNode } from './lib/node-binary.mjs';
import { root } from './lib/root.mjs';
import { built } from './lib/sources.mjs';
import { exitCode, run, step } from './lib/step.mjs';

await ensureInstalled();
const node = requireProductNode();

if (!built()) {
  const build = await step('building', () =>
    run(node, ['scripts/build.mjs', '--quiet'], { quiet: true }),
  );
  if (build.code !== 0) {
    console.error(build.output.trimEnd());
    console.error('error: the build failed (its words are above).');
    process.exit(1);
  }
}

// npm runs scripts in the package's folder; relative paths are meant from where the person stands.
const cwd = process.env.INIT_CWD ?? process.cwd();
const bot = spawn(node, [path.join(root, 'dist', 'ao.cjs'), 'start', ...process.argv.slice(2)], {
  cwd,
  stdio: 'inherit',
});

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    // A terminal sends Ctrl-C to the whole process group: the bot already has it.
    if (signal === 'SIGINT' && process.stdin.isTTY) return;
    bot.kill(signal);
  });
}
bot.on('error', (error) => {
  console.error(`error: ${node} could not be started: ${error.message}`);
  process.exit(1);
});
bot.on('close', (code, signal) => process.exit(exitCode(code, signal)));
