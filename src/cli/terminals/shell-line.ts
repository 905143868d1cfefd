/** Programs and arguments as a line that any POSIX shell reads back as the same words. */
export const shellLine = (argv: readonly string[]): string =>
  argv
    .map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`))
    .join(' ');
