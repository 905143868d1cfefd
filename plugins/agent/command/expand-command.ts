/** What the placeholders stand for; null drops the argument, and the option before it (`--model {model}`). */
export interface Placeholders {
  readonly prompt: string | null;
  readonly promptFile: string | null;
  readonly rulesFile: string;
  readonly model: string | null;
}

const PLACEHOLDER = /\{(prompt|promptFile|rulesFile|model)\}/g;

/** Pure. No shell is involved, so nothing needs quoting; one pass, so text that looks like a placeholder stays as it is. */
export function expandCommand(command: readonly string[], values: Placeholders): string[] {
  const argv: string[] = [];
  for (const part of command) {
    const names = [...part.matchAll(PLACEHOLDER)].map((match) => match[1] as keyof Placeholders);
    if (names.some((name) => values[name] === null)) {
      if (/^\{\w+\}$/.test(part) && argv.length > 1 && argv.at(-1)?.startsWith('-') === true)
        argv.pop();
      continue;
    }
    argv.push(part.replace(PLACEHOLDER, (_all, name: keyof Placeholders) => values[name] ?? ''));
  }
  return argv;
}
