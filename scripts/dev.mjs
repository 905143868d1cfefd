// `npm run dev [-- start arguments]`: rebuilds and restarts the bot whenever a source changes. Agents go on over a restart.
import { spawn } from 'node:child_process';
import { watch } from 'node:fs';
import path from 'node:path';
import { requireProductNode } from './lib/node-binary.mjs';
import { root } from './lib/root.mjs';

const args = ['scripts/start.mjs', ...process.argv.slice(2)];
const node = requireProductNode();
let bot = null;
let again = false;

function start() {
  again = false;
  bot = spawn(node, args, {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, INIT_CWD: process.env.INIT_CWD ?? root },
  });
  bot.on('close', () => {
    bot = null;
    if (again) start();
  });
}

function restart() {
  again = true;
  if (bot === null) start();
  else bot.kill('SIGTERM');
}

let settle;
for (const folder of ['src', 'plugins', 'migrations']) {
  const absolute = path.join(root, folder);
  try {
    watch(absolute, { recursive: true }, () => {
      clearTimeout(settle);
      settle = setTimeout(restart, 200);
    });
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
}
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    bot?.kill(signal);
    process.exit(0);
  });
}
start();
