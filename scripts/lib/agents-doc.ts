import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { TRIED, type TriedProgram } from '../../plugins/shared/program/tried-versions.ts';

const FROM = '<!-- versions: npm run docs -->';
const TO = '<!-- until here: npm run docs -->';

/** `2.1.197 to 2.1.332`, or the only one. */
const triedVersions = ({ oldest, newest }: TriedProgram): string =>
  oldest === newest ? newest : `${oldest} to ${newest}`;

/** docs/agents.md with its table of the versions ao was tried with. */
export function agentsDoc(root: string): string {
  const text = readFileSync(join(root, 'docs', 'agents.md'), 'utf8');
  const [before = '', rest = ''] = text.split(FROM);
  const after = rest.split(TO)[1] ?? '';
  const table = [
    '| program | npm package | versions |',
    '|---|---|---|',
    ...Object.values(TRIED).map(
      (program) => `| ${program.name} | \`${program.npm}\` | ${triedVersions(program)} |`,
    ),
  ];
  return `${before}${FROM}\n\n${table.join('\n')}\n\n${TO}${after}`;
}
