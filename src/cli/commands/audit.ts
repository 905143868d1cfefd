import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Command } from 'commander';
import type { AuditRow } from '../../domain/session/audit.ts';
import { parseDuration } from '../../lib/duration.ts';
import { formatTable } from '../../lib/table.ts';
import { baseCommand } from '../base-command.ts';
import type { Cli } from '../cli.ts';
import { CliError, usageError } from '../cli-error.ts';
import type { CommonOptions } from '../common-options.ts';
import { placeOf } from '../config-place.ts';
import { findDataDir } from '../data-dir.ts';

interface Options extends CommonOptions {
  readonly session?: string;
  readonly person?: string;
  readonly verb?: string;
  readonly since?: string;
  readonly until?: string;
  readonly refused?: boolean;
  readonly limit: string;
}

/** Reads the database itself, for reading only: it works with the bot down, and believes no running bot about its own log. */
export const auditCommand = (cli: Cli): Command =>
  baseCommand('audit', 'Who did what, and who was refused; the newest rows that fit, oldest first')
    .option('--session <id>', 'only of this session')
    .option('--person <subject>', 'only of this person: part of the id, e.g. slack:T024:U0G9')
    .option('--verb <action>', 'only this action, e.g. merge, kill, scm.merge, reload')
    .option('--since <time>', 'from then on: 2h, 7d ago, or a day such as 2026-11-01')
    .option('--until <time>', 'before then')
    .option('--refused', 'only what was refused or failed')
    .option('--limit <rows>', 'at most so many', '200')
    .action(async (options: Options) => {
      const limit = Number(options.limit);
      if (!Number.isInteger(limit) || limit < 1)
        throw usageError(`--limit needs a number of rows, not "${options.limit}".`);
      const filter = {
        session: options.session,
        person: options.person,
        action: options.verb,
        since: timeOf(options.since, cli.now()),
        until: timeOf(options.until, cli.now()),
        refused: options.refused,
        limit,
      };
      const rows = await cli.readAudit(dataDirOf(cli, options), filter, placeOf(cli, options));
      cli.out(options.json ? JSON.stringify(rows, null, 2) : auditTable(rows, cli.columns));
    })
    .addCommand(verifyCommand(cli));

const verifyCommand = (cli: Cli): Command =>
  baseCommand(
    'verify',
    'Whether the hash chain of the audit log is whole; the first row that does not fit otherwise',
  )
    .option('--since <hash>', 'a last hash that was kept elsewhere: it must be in the chain')
    .action(async (_options: CommonOptions, command: Command) => {
      // `--json` and `--data-dir` may stand before the word too.
      const options = command.optsWithGlobals<CommonOptions & { since?: string }>();
      const since = options.since ?? null;
      if (since !== null && !/^[0-9a-f]{64}$/.test(since))
        throw usageError(
          `--since of verify takes a hash of 64 digits, as verify prints it, not "${since}".`,
        );
      const verdict = await cli.verifyAudit(dataDirOf(cli, options), since);
      if (options.json) cli.out(JSON.stringify(verdict, null, 2));
      if (verdict.broken !== null)
        throw new CliError(
          `row ${verdict.broken.row} of the audit log does not fit: ${verdict.broken.why}. The rows before it are in order.  Compare with a backup: ao audit --data-dir <folder>`,
        );
      if (!options.json) cli.out(`${verdict.rows} rows, all in order. Last hash: ${verdict.head}`);
    });

function dataDirOf(cli: Cli, options: CommonOptions): string {
  const dataDir = findDataDir(options, cli.env, cli.cwd);
  if (!existsSync(path.join(dataDir, 'ao.db')))
    throw new CliError(
      `there is no database in ${dataDir}.  Name another folder: --data-dir <folder>`,
    );
  return dataDir;
}

/** `2h` is two hours ago; a day begins at midnight in this machine's time zone. */
function timeOf(text: string | undefined, now: number): number | undefined {
  if (text === undefined) return undefined;
  const ago = /^\d+$/.test(text) ? null : parseDuration(text.replace(/\s*ago$/, ''));
  if (ago !== null) return now - ago;
  const at = new Date(/^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00` : text).getTime();
  if (Number.isNaN(at))
    throw usageError(`"${text}" isn't a time.  Use one such as 2h, 7d or 2026-11-01.`);
  return at;
}

function auditTable(rows: readonly AuditRow[], columns: number | null): string {
  if (rows.length === 0) return 'No rows fit.';
  const line = (row: AuditRow): string[] => [
    String(row.id),
    new Date(row.at).toISOString().replace('T', ' ').slice(0, 19),
    row.subject,
    row.allowed ? '' : 'refused',
    row.action,
    row.session ?? '-',
    row.detail.replaceAll(/\s+/g, ' '),
  ];
  return formatTable(
    [['ROW', 'TIME (UTC)', 'PERSON', '', 'ACTION', 'SESSION', 'DETAIL'], ...rows.map(line)],
    columns,
  );
}
