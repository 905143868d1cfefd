import { COST_SPANS } from '../../domain/money/cost-period.ts';
import { COST_GROUPS } from '../../domain/money/ledger.ts';
import { isDay } from '../../domain/session/calendar.ts';
import { err, ok } from '../../lib/result.ts';
import { readFlags } from './flags.ts';
import { clip, type Line, restFrom, typed } from './line.ts';
import { mistake } from './mistakes.ts';
import type { Parsed } from './parsed-command.ts';

export function parseStatus(line: Line): Parsed {
  const read = readFlags(line.args, { values: [], switches: ['all', 'mine'] });
  if (!read.ok) return err(mistake(line.row, read.error));
  const [project, extra] = read.value.words;
  if (extra !== undefined)
    return err(
      mistake(line.row, `${typed(line.row)} takes one project, not "${clip(extra.value)}" too`),
    );
  return ok({
    verb: 'status',
    project: project?.value ?? null,
    all: read.value.switches.has('all'),
    mine: read.value.switches.has('mine'),
  });
}

export function parseInbox(line: Line): Parsed {
  const read = readFlags(line.args, { values: [], switches: ['all'] });
  if (!read.ok) return err(mistake(line.row, read.error));
  const [extra] = read.value.words;
  if (extra !== undefined)
    return err(mistake(line.row, `${typed(line.row)} takes no "${clip(extra.value)}"`));
  return ok({ verb: 'inbox', all: read.value.switches.has('all') });
}

export function parseIssues(line: Line): Parsed {
  const first = line.args[0];
  const named = first !== undefined && line.context.isProject(first.value);
  return ok({
    verb: 'issues',
    project: named ? first.value : null,
    text: restFrom(line, named ? 1 : 0),
  });
}

export function parseCost(line: Line): Parsed {
  const read = readFlags(line.args, { values: ['by', 'from', 'to'], switches: ['csv'] });
  if (!read.ok) return err(mistake(line.row, read.error));
  const span = oneOf(COST_SPANS, read.value.words[0]?.value ?? 'today');
  const { values, switches } = read.value;
  const by = oneOf(COST_GROUPS, values.get('by') ?? 'project');
  const notADay = [values.get('from'), values.get('to')].find(
    (day) => day !== undefined && !isDay(day),
  );
  if (span === null || read.value.words.length > 1)
    return err(mistake(line.row, 'The time is today, week or month'));
  if (by === null)
    return err(
      mistake(line.row, `--by is ${COST_GROUPS.slice(0, -1).join(', ')} or ${COST_GROUPS.at(-1)}`),
    );
  if (notADay !== undefined)
    return err(
      mistake(line.row, `"${clip(notADay)}" isn't a day`, 'cost --from 2026-11-01 --to 2026-11-15'),
    );
  return ok({
    verb: 'cost',
    span,
    from: values.get('from') ?? null,
    to: values.get('to') ?? null,
    by,
    csv: switches.has('csv'),
  });
}

const oneOf = <T extends string>(allowed: readonly T[], word: string): T | null =>
  allowed.find((name) => name === word.toLowerCase()) ?? null;
