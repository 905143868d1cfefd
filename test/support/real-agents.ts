import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Where `scripts/install-agents.mjs` puts the CLIs. */
export function realAgent(name: 'claude' | 'codex' | 'opencode'): string {
  const folder =
    process.env.AO_AGENTS_DIR ??
    join(import.meta.dirname, '..', '..', 'node_modules', '.cache', 'ao-agents');
  const program = join(folder, name, 'node_modules', '.bin', name);
  if (!existsSync(program))
    throw new Error(
      `${name} is not installed at ${program}: run node scripts/install-agents.mjs ${name}`,
    );
  return program;
}
