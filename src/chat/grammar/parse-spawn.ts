import { err, ok } from '../../lib/result.ts';
import { readFlags } from './flags.ts';
import type { Line } from './line.ts';
import { mistake } from './mistakes.ts';
import type { Parsed } from './parsed-command.ts';
import { readTask } from './read-task.ts';

export function parseSpawn(line: Line): Parsed {
  const read = readFlags(line.args, {
    values: ['project', 'agent', 'model', 'base', 'prompt'],
    switches: ['plan', 'again'],
  });
  if (!read.ok) return err(mistake(line.row, read.error));
  const { words, values, switches } = read.value;
  const task = readTask(line, words);
  if (!task.ok) return err(mistake(line.row, task.error.what, task.error.example));
  return ok({
    verb: 'spawn',
    ...task.value,
    project: values.get('project') ?? null,
    agent: values.get('agent') ?? null,
    model: values.get('model') ?? null,
    base: values.get('base') ?? null,
    prompt: values.get('prompt') ?? null,
    plan: switches.has('plan'),
    again: switches.has('again'),
  });
}
