const LONG = 1500;

/** One line about a tool call: `Bash: npm test`, `Edit: src/a.ts`. */
export function toolSummary(tool: string, input: Readonly<Record<string, unknown>>): string {
  const subject =
    input.command ??
    input.file_path ??
    input.notebook_path ??
    input.pattern ??
    input.url ??
    input.query ??
    input.description ??
    '';
  const line = String(subject).split('\n')[0] ?? '';
  return line === '' ? tool : `${tool}: ${line.slice(0, 160)}`;
}

/** What a tool call would do, for somebody who has to allow it. */
export function toolDetail(tool: string, input: Readonly<Record<string, unknown>>): string {
  if (typeof input.command === 'string') return cut(input.command);
  if (tool === 'ExitPlanMode' && typeof input.plan === 'string') return cut(input.plan);
  if (typeof input.file_path === 'string') {
    const change = input.new_string ?? input.content;
    return typeof change === 'string' ? `${input.file_path}\n\n${cut(change)}` : input.file_path;
  }
  return cut(JSON.stringify(input, null, 2));
}

const cut = (text: string): string =>
  text.length > LONG ? `${text.slice(0, LONG)}\n… (${text.length - LONG} more characters)` : text;
