import { z } from 'zod';
import { text } from './primitives.ts';

const filterSchema = z
  .strictObject({
    clean: text.optional().describe('Command as in filter.<name>.clean'),
    smudge: text.optional().describe('Command as in filter.<name>.smudge'),
    process: text.optional().describe('Command as in filter.<name>.process'),
    required: z.boolean().default(true).describe('A failure of the filter is one of git'),
  })
  .refine(
    ({ clean, smudge, process }) => [clean, smudge, process].some((each) => each !== undefined),
    'expected a command: clean, smudge or process',
  );

/** What ao's own git may run. */
export const gitSchema = z.strictObject({
  filters: z
    .record(
      z.string().regex(/^[A-Za-z0-9._-]+$/, 'expected a name as .gitattributes has it'),
      filterSchema,
    )
    .default({})
    .describe(
      "Filters of .gitattributes that ao's git runs, by these commands; Git LFS always may. Those of a git configuration are not run: an agent can write them, or choose them for a file",
    ),
});
