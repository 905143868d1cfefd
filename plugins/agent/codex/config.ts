import { z } from 'zod';

export const configSchema = z.strictObject({
  /** The program: a name looked up in PATH, or an absolute path. */
  command: z.string().default('codex'),
  /** Codex' own folder; default `CODEX_HOME`, else `~/.codex`. */
  home: z.string().nullable().default(null),
});
export type CodexConfig = z.infer<typeof configSchema>;

export function codexHomeOf(
  env: Readonly<Record<string, string>>,
  configured: string | null,
): string {
  return configured ?? env.CODEX_HOME ?? `${env.HOME ?? '/root'}/.codex`;
}
