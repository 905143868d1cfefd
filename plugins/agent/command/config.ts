import { z } from 'zod';

export const commandAgentConfig = z
  .strictObject({
    /** Program and arguments; placeholders `{prompt}`, `{promptFile}`, `{rulesFile}`, `{model}`. Absent: the bundled demo agent. */
    command: z.array(z.string()).min(1).optional(),
    /** Added when a conversation is resumed, e.g. `[--continue]`. Empty: the program can't resume, and begins anew with a summary. */
    resumeArgs: z.array(z.string()).default([]),
    /** `argv`: the first prompt is part of the command; `stdin`: it is typed when the program is ready. */
    prompt: z.enum(['argv', 'stdin']).default('argv'),
    /** Keys that end a running turn. */
    interruptKeys: z.array(z.string().min(1)).min(1).default(['Escape']),
    /** The program queues what is typed in the middle of a turn. */
    acceptsWhileBusy: z.boolean().default(false),
    /** Without events: a screen that stays the same for this long means the turn ended, ms. */
    quietMs: z.int().min(50).default(3_000),
    /** Models offered to people. */
    models: z.array(z.string()).default([]),
  })
  .refine(
    (config) =>
      config.command === undefined ||
      config.prompt === 'stdin' ||
      config.command.some((part) => /\{prompt(File)?\}/.test(part)),
    {
      path: ['command'],
      error:
        'prompt: argv needs {prompt} or {promptFile} in the command; for a program that takes its prompt by typing say prompt: stdin',
    },
  )
  .prefault({});

export type CommandAgentConfig = z.infer<typeof commandAgentConfig>;
