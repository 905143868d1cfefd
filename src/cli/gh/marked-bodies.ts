/**
 * What an agent writes about a pull request or an issue gets the hidden mark of ao: where agent and people share one login,
 * nothing else tells their comments apart, and an agent's own remark must not come back to it as a review.
 */
export function markedBodies(args: readonly string[]): readonly string[] {
  const [noun, verb] = args;
  if ((noun === 'pr' || noun === 'issue') && (verb === 'comment' || verb === 'review'))
    return mapBodies(args, BODY, null);
  return noun === 'api' ? mapBodies(args, FIELD, /^body=/) : args;
}

const BODY = new Set(['--body', '-b']);
const FIELD = new Set(['-f', '-F', '--raw-field', '--field']);
/** No key: it says who wrote, not what for. */
const MARK = `<!-- ao:${'0'.repeat(24)} -->`;

const marked = (text: string): string => (text.includes('<!-- ao:') ? text : `${text}\n\n${MARK}`);

/** Values of the flags, given as the next word or after `=`. `only`: of a field, those that are the body. */
function mapBodies(
  args: readonly string[],
  flags: ReadonlySet<string>,
  only: RegExp | null,
): readonly string[] {
  return args.map((word, place) => {
    const before = args[place - 1];
    // `@file` and `-` name where the text comes from.
    const isText = (only === null || only.test(word)) && !/^body=(?:@|-$)/.test(word);
    if (before !== undefined && flags.has(before) && isText) return marked(word);
    const [, flag, text] = /^(--[a-z-]+)=(.*)$/s.exec(word) ?? [];
    return flag !== undefined &&
      text !== undefined &&
      flags.has(flag) &&
      (only === null || only.test(text)) &&
      !/^body=@/.test(text)
      ? `${flag}=${marked(text)}`
      : word;
  });
}
