import { z } from 'zod';
import { cronError } from '../../lib/cron.ts';
import { parseDuration } from '../../lib/duration.ts';

const DURATION = 'expected a duration such as 30s, 5m, 2h, 1d, or a number of milliseconds';

/** `30s`, `5m`, `2h`, `1d` or a number of milliseconds; milliseconds when read. */
export const duration = z
  .union([z.int().nonnegative(), z.string()], { error: DURATION })
  .transform((value, context) => {
    const ms = typeof value === 'number' ? value : parseDuration(value);
    if (ms !== null) return ms;
    context.addIssue({ code: 'custom', message: DURATION, input: value });
    return z.NEVER;
  });

const ESCALATION = 'expected a duration such as 30m, or a plain number of attempts';

/** When a reaction gives up: a plain number counts attempts, a duration counts from the beginning of the episode. */
export const escalation = z
  .union([z.int().positive(), z.string()], { error: ESCALATION })
  .transform((value, context) => {
    if (typeof value === 'number') return { attempts: value };
    const after = parseDuration(value);
    if (after !== null) return { after };
    context.addIssue({ code: 'custom', message: ESCALATION, input: value });
    return z.NEVER;
  });

const SIZE = 'expected a size such as 512M, 2G, or a number of bytes';
const SIZES = { '': 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30, t: 2 ** 40 } as const;

/** `512M`, `2G` or a number of bytes; bytes when read. */
export const byteSize = z
  .union([z.int().nonnegative(), z.string()], { error: SIZE })
  .transform((value, context) => {
    if (typeof value === 'number') return value;
    const match = /^(\d+(?:\.\d+)?)\s*([kmgt]?)i?b?$/i.exec(value.trim());
    if (match !== null)
      return Math.round(
        Number(match[1]) * SIZES[(match[2] ?? '').toLowerCase() as keyof typeof SIZES],
      );
    context.addIssue({ code: 'custom', message: SIZE, input: value });
    return z.NEVER;
  });

export const text = z.string().min(1, 'must not be empty');
export const count = z.int().nonnegative();
export const usd = z.number().nonnegative();
export const port = z.int().min(0).max(65_535);

/** Name of a plugin or of a configured instance of one. */
export const pluginName = z
  .string()
  .regex(/^[a-z][a-z0-9-]*$/, 'expected a lower-case name such as claude-code');

/** `HH:MM`, 24 hours. */
export const timeOfDay = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'expected a time of day such as 22:30');

export const timezone = z
  .string()
  .refine(knownTimezone, 'expected a time zone such as Europe/Berlin or UTC');

function knownTimezone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

export const cron = z.string().superRefine((line, context) => {
  const wrong = cronError(line);
  if (wrong !== null)
    context.addIssue({
      code: 'custom',
      message: `expected a cron line of five fields, e.g. "0 9 * * 1-5" (${wrong})`,
      input: line,
    });
});

export const permissionMode = z.enum(['default', 'plan', 'auto-edit', 'permissionless']);
export const verbosity = z.enum(['quiet', 'normal', 'verbose']);
export const priority = z.enum(['urgent', 'action', 'warning', 'info']);

/** A part that belongs to a plugin: `plugin` says which, everything else is checked by that plugin's own schema. */
export const pluginPart = z.looseObject({
  plugin: pluginName.optional().describe('Which plugin; by default the name of the entry itself'),
});

/** A key with it, and what is below it, is built in at the start: a reload that changes it is refused. */
export const RESTART = { restart: true };
/** Below such a key: it is read each time it counts, so a reload takes it. */
export const RELOAD = { restart: false };
