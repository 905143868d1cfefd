import { typedCommands } from '../../src/chat/grammar/typed-commands.ts';

/** What a person fills into Discord's command form to say the same as a typed line. */
export function optionsOfLine(line: string): {
  verb: string;
  values: Readonly<Record<string, string | boolean>>;
} {
  const [verb = '', ...words] = line.replace(/^\/ao\s+/, '').match(/"[^"]*"|\S+/g) ?? [];
  const options = typedCommands.find((command) => command.verb === verb)?.options ?? [];
  const values: Record<string, string | boolean> = {};
  const placed: string[] = [];
  while (words.length > 0) {
    const word = words.shift() ?? '';
    const option = options.find((each) => `--${each.name}` === word);
    if (option?.kind === 'switch') values[option.name] = true;
    else if (option !== undefined)
      values[option.name] = (words.shift() ?? '').replace(/^"|"$/g, '');
    else placed.push(word);
  }
  const has = (name: string): boolean => options.some((option) => option.name === name);
  for (const word of placed) {
    const bare = word.replace(/^"|"$/g, '');
    const name =
      bare !== word || !has('issue')
        ? has('session') && bare === word && values.session === undefined
          ? 'session'
          : ['text', 'project', 'command', 'span', 'pr'].find(has)
        : 'issue';
    if (name !== undefined)
      values[name] = values[name] === undefined ? bare : `${String(values[name])} ${bare}`;
  }
  return { verb, values };
}
