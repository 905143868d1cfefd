import { readings } from './reading.ts';
import { bare } from './skeleton.ts';

/** This many letters and digits tell a secret from words; with fewer, its signs have to be there too. */
export const STRONG = 8;
/** Lines of a key; shorter ones are brackets and words. */
const LINE = 16;

/** What is looked for of one secret. */
export interface Forms {
  /** Letters and digits alone, of every form: searched in skeletons. */
  readonly bare: ReadonlyArray<{ readonly form: string; readonly of: string }>;
  /** Of a secret with few of them: with its signs. */
  readonly whole: readonly string[];
}

/** As it is and as it reads decoded, in hexadecimal, in base64 at each of three places, and line by line. */
export function formsOf(secret: string): Forms {
  const lines = secret.includes('\n')
    ? secret.split(/\r?\n/).filter((line) => line.trim().length >= LINE)
    : [];
  const texts = [secret, ...lines.filter((line) => !/^-----/.test(line.trim()))];
  const all = new Map<string, string>();
  for (const text of texts)
    for (const form of [...readings(text).map((reading) => bare(reading.text)), ...encoded(text)])
      if (form.length >= STRONG && !all.has(form)) all.set(form, text);
  return {
    bare: [...all].map(([form, of]) => ({ form, of })),
    whole:
      bare(secret).length < STRONG ? [...new Set(readings(secret).map(({ text }) => text))] : [],
  };
}

function encoded(text: string): readonly string[] {
  const bytes = Buffer.from(text);
  const hex = bytes.toString('hex');
  const base64 = [0, 1, 2].map((shift) => {
    const whole = Buffer.concat([Buffer.alloc(shift), bytes]).toString('base64');
    // Only the characters that no neighbour has a part in.
    const middle = whole.slice(
      Math.ceil((shift * 8) / 6),
      Math.floor(((shift + bytes.length) * 8) / 6),
    );
    return bare(middle);
  });
  return [hex, hex.toUpperCase(), ...base64];
}
