import { z } from 'zod';
import type { AgentRequest } from '../../src/domain/session/session.ts';
import type { Millis } from '../../src/domain/session/time.ts';

/** A request nobody answered yet, as it is kept over a restart of the bot; the same as `AgentRequest` of the domain, checked. */
export const openRequest = <Kind extends z.ZodType<'question' | 'permission'>>(kind: Kind) =>
  z.object({
    id: z.string(),
    kind,
    title: z.string(),
    text: z.string(),
    options: z.array(
      z.object({
        id: z.string(),
        label: z.string(),
        style: z.enum(['primary', 'danger', 'plain']),
      }),
    ),
    freeText: z.boolean(),
    askedAt: z.number(),
    answer: z.null(),
  });

interface Asked {
  readonly header: string;
  readonly question: string;
  readonly options: ReadonlyArray<{ readonly label: string; readonly description: string }>;
}

/** A question as agents' question tools put it: an option is known by its label. */
export const questionRequest = (
  id: string,
  { header, question, options }: Asked,
  askedAt: Millis,
) =>
  ({
    id,
    kind: 'question',
    title: header === '' ? 'Question' : header,
    text: [
      question,
      ...options
        .filter((option) => option.description !== '')
        .map((option) => `- ${option.label}: ${option.description}`),
    ].join('\n'),
    options: options.map(({ label }) => ({ id: label, label, style: 'plain' as const })),
    freeText: true,
    askedAt,
    answer: null,
  }) satisfies AgentRequest;

/** What was said with a no to a permission, for a dialog that has no place for words; '' when there is none. */
export const refusalWords = ({
  option,
  text,
}: {
  readonly option: string | null;
  readonly text: string | null;
}): string => ((option ?? 'deny') === 'deny' ? (text?.trim() ?? '') : '');
