import type { Command } from 'commander';
import { painter } from '../../lib/colors.ts';
import { baseCommand } from '../base-command.ts';
import type { Cli } from '../cli.ts';
import { CliError } from '../cli-error.ts';
import type { CommonOptions } from '../common-options.ts';
import { examine, type Finding } from '../doctor/examine.ts';

const MARKS = { ok: ['green', '✓'], warning: ['yellow', '!'], error: ['red', '✗'] } as const;

export const doctorCommand = (cli: Cli): Command =>
  baseCommand(
    'doctor',
    'Check this machine and the configuration; says what to do about each finding',
  )
    .option('--fix', 'put right what can be put right without asking')
    .option('--test-notify', 'send a test message through every notifier')
    .action(async (options: CommonOptions & { fix?: boolean; testNotify?: boolean }) => {
      const findings = await examine(cli, options);
      const errors = findings.filter((finding) => finding.level === 'error').length;
      if (options.json) cli.out(JSON.stringify(findings, null, 2));
      else for (const finding of findings) cli.out(lineOf(finding, cli.color));
      if (errors > 0)
        throw new CliError(
          `${errors === 1 ? 'one thing has' : `${errors} things have`} to be put right first.`,
        );
    });

function lineOf(finding: Finding, color: boolean): string {
  const [style, mark] = MARKS[finding.level];
  const fix = finding.fix === null ? '' : `\n  ${finding.fix}`;
  return `${painter(color)(style, mark)} ${finding.area}: ${finding.what}${fix}`;
}
