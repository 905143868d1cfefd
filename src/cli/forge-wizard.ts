import { intro } from '@clack/prompts';
import type { SetupGuide } from '../slots/plugin.ts';
import { askId, askSecret } from './chat-questions.ts';

/**
 * Asks for what is not known yet, and with `before` for everything once more, each as it was to keep or to change. Null when
 * the person gave up.
 */
export async function askForge(
  guide: SetupGuide,
  known: Readonly<Record<string, string>>,
  before: Readonly<Record<string, string>> | null,
): Promise<Readonly<Record<string, string>> | null> {
  if (before === null) intro(guide.intro);
  const answers: Record<string, string> = {};
  for (const { key, message, secret, initial } of guide.questions) {
    const last = before?.[key] ?? (known[key] === '' ? null : (known[key] ?? null));
    const question = {
      message,
      valid: (value: string) =>
        value === '' && initial === undefined ? 'there has to be one' : undefined,
    };
    const answer = secret === true ? await askSecret(question, last) : await askId(question, last);
    if (answer === null) return null;
    answers[key] = answer;
  }
  return answers;
}
