import { cancel, isCancel, password, text } from '@clack/prompts';

interface Question {
  readonly message: string;
  /** What is wrong with the trimmed answer, in words; undefined: nothing. */
  valid?(value: string): string | undefined;
}

/** A token, which is not shown. `before`: what an empty answer stands for. Null when the person gave up, which is said. */
export async function askSecret(
  { message, valid }: Question,
  before: string | null,
): Promise<string | null> {
  const given = (value: string | undefined): string => (value ?? '').trim() || (before ?? '');
  const answer = await password({
    message: before === null ? message : `${message}; empty: the one you gave`,
    validate: (value) => valid?.(given(value)),
  });
  return isCancel(answer) ? gaveUp() : given(answer);
}

/** Anything that may be shown, with what was said before to keep or to change. Null when the person gave up, which is said. */
export async function askId(
  { message, valid }: Question,
  before: string | null,
): Promise<string | null> {
  const answer = await text({
    message,
    ...(before === null ? {} : { initialValue: before }),
    validate: (value) => valid?.((value ?? '').trim()),
  });
  return isCancel(answer) ? gaveUp() : (answer ?? '').trim();
}

function gaveUp(): null {
  cancel('Nothing was written.');
  return null;
}
