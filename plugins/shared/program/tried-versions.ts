import { compareVersions } from '../../../src/lib/program.ts';

/** A program of which ao knows real versions. */
export interface TriedProgram {
  /** As people call it. */
  readonly name: string;
  /** What npm installs it as. */
  readonly npm: string;
  /** The oldest and the newest version that `npm run test:agents` was run with; docs/agents.md says of which only in parts. */
  readonly oldest: string;
  readonly newest: string;
}

/**
 * The one place that names versions of real agents. `ao doctor`, a session's details, the table of docs/agents.md and
 * `scripts/install-agents.mjs` all read it.
 */
export const TRIED = {
  'claude-code': {
    name: 'Claude Code',
    npm: '@anthropic-ai/claude-code',
    oldest: '2.1.197',
    newest: '2.1.332',
  },
  codex: { name: 'Codex', npm: '@openai/codex', oldest: '0.169.0', newest: '0.171.0' },
  opencode: { name: 'opencode', npm: 'opencode-ai', oldest: '1.18.33', newest: '1.18.33' },
  /** Only that it speaks the protocol as ao expects. */
  gemini: { name: 'Gemini CLI', npm: '@google/gemini-cli', oldest: '0.61.0', newest: '0.61.0' },
} as const satisfies Readonly<Record<string, TriedProgram>>;

/** Why this version may behave differently, as a sentence for people; null for one ao was tried with. */
export function untriedVersion(
  { name, oldest, newest }: TriedProgram,
  version: string | null,
): string | null {
  if (version === null) return null;
  if (compareVersions(version, oldest) < 0)
    return `${name} ${version} is older than ${oldest}, the oldest version ao was tried with.`;
  if (compareVersions(version, newest) > 0)
    return `${name} ${version} is newer than ${newest}, the newest version ao was tried with.`;
  return null;
}
