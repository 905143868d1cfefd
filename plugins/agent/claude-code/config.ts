import { z } from 'zod';

const rates = {
  input: z.number().min(0),
  output: z.number().min(0),
  cacheRead: z.number().min(0),
  cacheWrite: z.number().min(0),
  cacheWriteLong: z.number().min(0).nullable().default(null),
};

export const configSchema = z.strictObject({
  /** The program: a name looked up in PATH, or an absolute path. */
  command: z.string().default('claude'),
  /** Claude Code's own folder; default `CLAUDE_CONFIG_DIR`, else `~/.claude`. */
  configDir: z.string().nullable().default(null),
  /** Prices that go before the built-in table, USD per million tokens. */
  prices: z
    .array(
      z.strictObject({
        model: z.string(),
        validFrom: z.iso.date(),
        ...rates,
        longPrompt: z.null().default(null),
      }),
    )
    .default([]),
});
export type ClaudeConfig = z.infer<typeof configSchema>;
