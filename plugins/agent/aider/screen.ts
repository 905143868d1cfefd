/** What the last lines of aider's terminal ask for. */
export type Asks =
  | { readonly type: 'prompt' }
  | {
      readonly type: 'confirm';
      readonly question: string;
      readonly text: string;
      readonly options: ReadonlyArray<{ readonly key: string; readonly label: string }>;
    }
  | null;

/** `> `, `ask> `, `architect multi> `. */
const PROMPT = /^(?:[a-z]+ )*(?:[a-z]+)?> ?$/;
/** `Run shell command? (Y)es/(N)o/(D)on't ask again [Yes]:` */
const CONFIRM = /^(.*?) (\([A-Z]\)\S.*?) \[\w+\]: ?$/;
const SUBJECT_LINES = 6;

export function asks(screen: string): Asks {
  const lines = screen.split('\n').map((line) => line.trimEnd());
  const place = lines.findLastIndex((line) => line !== '');
  const last = lines[place] ?? '';
  if (PROMPT.test(last)) return { type: 'prompt' };
  const match = CONFIRM.exec(last);
  if (match === null) return null;
  const options = (match[2] ?? '').split('/').flatMap((part) => {
    const option = /^\(([A-Z])\)(.*)$/.exec(part.trim());
    return option === null
      ? []
      : [{ key: (option[1] ?? '').toLowerCase(), label: `${option[1]}${option[2]}` }];
  });
  const before = lines.slice(Math.max(0, place - SUBJECT_LINES), place);
  const blank = before.lastIndexOf('');
  return {
    type: 'confirm',
    question: match[1] ?? '',
    text: before.slice(blank + 1).join('\n'),
    options,
  };
}
