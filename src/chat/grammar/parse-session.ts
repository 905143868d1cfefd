import { err, ok } from '../../lib/result.ts';
import type { SessionTextVerb, SessionVerb } from './command-table.ts';
import { readFlags } from './flags.ts';
import { clip, type Line, restFrom, sessionWord, typed } from './line.ts';
import { mistake, whichSession } from './mistakes.ts';
import type { Parsed } from './parsed-command.ts';

export function parseSession(line: Line, verb: SessionVerb): Parsed {
  const [session, extra] = line.args;
  if (extra !== undefined)
    return err(
      mistake(line.row, `${typed(line.row)} takes one session, not "${clip(extra.value)}" too`),
    );
  if (session === undefined && !line.context.inThread) return err(whichSession(line.row));
  return ok({ verb, session: session === undefined ? null : sessionWord(session.value) });
}

/** The text is taken as it was typed, so that nothing in it can be read as a flag. */
export function parseSessionText(line: Line, verb: SessionTextVerb, needed: boolean): Parsed {
  const first = line.args[0];
  const named =
    first !== undefined &&
    (!line.context.inThread || line.context.isSession(sessionWord(first.value)));
  if (!named && !line.context.inThread) return err(whichSession(line.row));
  const text = restFrom(line, named ? 1 : 0);
  if (text === null && needed) return err(mistake(line.row, `${typed(line.row)} needs a text`));
  return ok({ verb, session: named ? sessionWord(first.value) : null, text });
}

export function parseAdopt(line: Line): Parsed {
  const read = readFlags(line.args, { values: ['project', 'agent'], switches: [] });
  if (!read.ok) return err(mistake(line.row, read.error));
  const [pr, extra] = read.value.words;
  if (pr === undefined) return err(mistake(line.row, `${typed(line.row)} needs a pull request`));
  if (extra !== undefined)
    return err(
      mistake(
        line.row,
        `${typed(line.row)} takes one pull request, not "${clip(extra.value)}" too`,
      ),
    );
  const { values } = read.value;
  return ok({
    verb: 'adopt',
    pr: pr.value.replace(/^#/, ''),
    project: values.get('project') ?? null,
    agent: values.get('agent') ?? null,
  });
}

export function parseMerge(line: Line): Parsed {
  const read = readFlags(line.args, { values: [], switches: ['squash', 'rebase', 'merge'] });
  if (!read.ok) return err(mistake(line.row, read.error));
  const [session, extra] = read.value.words;
  const methods = (['squash', 'rebase', 'merge'] as const).filter((method) =>
    read.value.switches.has(method),
  );
  if (extra !== undefined)
    return err(
      mistake(line.row, `${typed(line.row)} takes one session, not "${clip(extra.value)}" too`),
    );
  if (methods.length > 1)
    return err(
      mistake(
        line.row,
        `Choose one of ${methods.map((method) => `--${method}`).join(' and ')}`,
        'merge app-7 --squash',
      ),
    );
  if (session === undefined && !line.context.inThread) return err(whichSession(line.row));
  return ok({
    verb: 'merge',
    session: session === undefined ? null : sessionWord(session.value),
    method: methods[0] ?? null,
  });
}
