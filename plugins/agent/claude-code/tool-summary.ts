import { permissionText } from '../../shared/permission-text.ts';

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

/** What a tool call would do, for somebody who has to allow it: nothing of it is left out. */
export function toolDetail(tool: string, input: Readonly<Record<string, unknown>>): string {
  return permissionText(detailOf(tool, input));
}

function detailOf(tool: string, input: Readonly<Record<string, unknown>>): string {
  if (typeof input.command === 'string') return input.command;
  if (tool === 'ExitPlanMode' && typeof input.plan === 'string') return input.plan;
  if (typeof input.file_path !== 'string') return JSON.stringify(input, null, 2);
  const change = input.new_string ?? input.content;
  if (typeof change !== 'string')
    return Object.keys(input).length === 1 ? input.file_path : JSON.stringify(input, null, 2);
  const old = typeof input.old_string === 'string' ? lines('-', input.old_string) : [];
  return [input.file_path, '', ...old, ...lines(old.length > 0 ? '+' : '', change)].join('\n');
}

const lines = (mark: string, text: string): readonly string[] =>
  text.split('\n').map((line) => mark + line);
