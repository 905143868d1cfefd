import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { root } from './root.mjs';

const seconds = (ms) => `${(ms / 1000).toFixed(1)} s`;

/**
 * Runs `work`; says so when it takes longer than a second, and every five seconds how far it is (`progress`, a text), so that
 * nobody waits in front of a silent terminal.
 */
export async function step(label, work, progress = () => '') {
  const started = performance.now();
  const passed = () => seconds(performance.now() - started);
  let shown = false;
  const first = setTimeout(() => {
    shown = true;
    console.log(`ao: ${label} …`);
  }, 1000);
  const again = setInterval(() => {
    console.log(`ao: ${label} … ${[progress(), passed()].filter(Boolean).join(', ')}`);
  }, 5000);
  try {
    return await work();
  } finally {
    clearTimeout(first);
    clearInterval(again);
    if (shown) console.log(`ao: ${label}: ${passed()}`);
  }
}

/** Exit code the shell would show for a child that ended this way. */
export const exitCode = (code, signal) => code ?? 128 + (constants.signals[signal] ?? 1);

/**
 * Runs a program in the checkout and resolves with {code, output}. `quiet` keeps the output back: the caller shows it when it matters.
 */
export function run(command, args, { quiet = false, env = process.env, cwd = root } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env,
      stdio: quiet ? ['ignore', 'pipe', 'pipe'] : 'inherit',
    });
    let output = '';
    if (quiet) {
      for (const stream of [child.stdout, child.stderr]) {
        stream.setEncoding('utf8');
        stream.on('data', (text) => {
          output += text;
        });
      }
    }
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code: exitCode(code, signal), output }));
  });
}
