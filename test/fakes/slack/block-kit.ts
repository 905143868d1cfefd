import { readFileSync } from 'node:fs';
import { z } from 'zod';

/** Blocks as they are on the wire. */
export type Json = { readonly [key: string]: unknown };

const schema = JSON.parse(
  readFileSync(new URL('./block-kit.schema.json', import.meta.url), 'utf8'),
) as { definitions: object };
const made = new Map<string, z.ZodType>();

/** The type of @slack/types called `name`, as a check. */
function typeNamed(name: string): z.ZodType {
  const known = made.get(name);
  if (known !== undefined) return known;
  const built = z.fromJSONSchema({
    $schema: 'http://json-schema.org/draft-07/schema#',
    definitions: schema.definitions,
    $ref: `#/definitions/${name}`,
  } as Parameters<typeof z.fromJSONSchema>[0]);
  made.set(name, built);
  return built;
}

type Surface = 'message' | 'modal' | 'home';

/** What Slack would say of these blocks: types by @slack/types, lengths and counts by Slack's reference. Empty: fine. */
export function blockProblems(blocks: unknown, surface: Surface): readonly string[] {
  if (!Array.isArray(blocks)) return ['blocks is no array'];
  const problems: string[] = [];
  const most = surface === 'message' ? 50 : 100;
  if (blocks.length > most) problems.push(`${blocks.length} blocks, at most ${most}`);
  const wrong = blocks.filter((block) => !typeNamed('KnownBlock').safeParse(block).success);
  for (const block of wrong) problems.push(`no such block: ${JSON.stringify(block).slice(0, 300)}`);
  for (const block of blocks as Json[]) problems.push(...limitsOf(block, surface));
  problems.push(...doubles(blocks as Json[]));
  if (surface === 'message' && totalText(blocks) > 13_200) problems.push('msg_blocks_too_long');
  return problems;
}

/** Sum of the strings people see. */
const totalText = (blocks: readonly Json[]): number =>
  stringsOf(blocks).reduce((sum, text) => sum + text.length, 0);

const stringsOf = (value: unknown): readonly string[] => {
  if (Array.isArray(value)) return value.flatMap(stringsOf);
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, item]) =>
    key === 'text' && typeof item === 'string'
      ? [item]
      : typeof item === 'object'
        ? stringsOf(item)
        : [],
  );
};

function doubles(blocks: readonly Json[]): readonly string[] {
  const ids = blocks.flatMap((block) =>
    ((block.elements as Json[] | undefined) ?? []).flatMap((element) =>
      typeof element.action_id === 'string' ? [element.action_id] : [],
    ),
  );
  return ids.filter((id, at) => ids.indexOf(id) !== at).map((id) => `action_id twice: ${id}`);
}

const lengthOf = (value: unknown): number =>
  typeof value === 'string'
    ? value.length
    : typeof (value as Json | undefined)?.text === 'string'
      ? ((value as Json).text as string).length
      : 0;

function limitsOf(block: Json, surface: Surface): readonly string[] {
  const out: string[] = [];
  const most = (what: string, value: unknown, limit: number): void => {
    if (lengthOf(value) > limit)
      out.push(`${block.type}: ${what} has ${lengthOf(value)} characters, at most ${limit}`);
  };
  const least = (what: string, value: unknown): void => {
    if (lengthOf(value) < 1) out.push(`${block.type}: ${what} is empty`);
  };
  const elements = (block.elements as Json[] | undefined) ?? [];
  switch (block.type) {
    case 'section':
      most('text', block.text, 3000);
      for (const field of (block.fields as Json[] | undefined) ?? []) most('field', field, 2000);
      if (((block.fields as Json[] | undefined) ?? []).length > 10)
        out.push('section: more than 10 fields');
      break;
    case 'header':
      most('text', block.text, 150);
      break;
    case 'context':
      if (elements.length > 10) out.push('context: more than 10 elements');
      for (const element of elements) {
        most('text', element, 3000);
        least('text', element);
      }
      break;
    case 'actions':
      if (elements.length > 25 || elements.length === 0)
        out.push(`actions: ${elements.length} elements`);
      for (const element of elements) controlLimits(element, most, out);
      break;
    case 'input':
      most('label', block.label, 2000);
      if (surface === 'message') out.push('input: not in messages');
      controlLimits(block.element as Json, most, out);
      break;
    case 'markdown':
      most('text', block.text, 12_000);
      if (surface !== 'message') out.push('markdown: only in messages');
      break;
    case 'rich_text':
      for (const part of elements.flatMap(
        (section) => (section.elements as Json[] | undefined) ?? [],
      ))
        if (part.type === 'text') least('text', part);
      break;
  }
  return out;
}

function controlLimits(
  element: Json,
  most: (what: string, value: unknown, limit: number) => void,
  out: string[],
): void {
  most('action_id', element.action_id, 255);
  if (element.type === 'button') {
    most('button', element.text, 75);
    most('url', element.url, 3000);
    most('value', element.value, 2000);
    const confirm = element.confirm as Json | undefined;
    if (confirm === undefined) return;
    most('confirm title', confirm.title, 100);
    most('confirm text', confirm.text, 300);
    most('confirm ok', confirm.confirm, 30);
    most('confirm deny', confirm.deny, 30);
    return;
  }
  most('placeholder', element.placeholder, 150);
  most('initial value', element.initial_value, 3000);
  if (element.type !== 'static_select') return;
  const options = (element.options as Json[] | undefined) ?? [];
  if (options.length === 0 || options.length > 100)
    out.push(`static_select: ${options.length} options`);
  for (const option of options) {
    most('option', option.text, 75);
    most('option value', option.value, 150);
  }
}

/** The same for a modal or the Home tab. */
export function viewProblems(view: Json): readonly string[] {
  const surface = view.type === 'home' ? 'home' : 'modal';
  const problems = [...blockProblems(view.blocks, surface)];
  if (!typeNamed('View').safeParse(view).success) problems.push('no such view');
  if (surface === 'modal') {
    for (const [what, limit] of [
      ['title', 24],
      ['submit', 24],
      ['close', 24],
    ] as const)
      if (lengthOf(view[what]) > limit) problems.push(`${what} is longer than ${limit}`);
    if (lengthOf(view.private_metadata) > 3000)
      problems.push('private_metadata is longer than 3000');
    const ids = (view.blocks as Json[]).map((block) => block.block_id);
    if (new Set(ids).size !== ids.length) problems.push('block_id twice');
    if (
      (view.blocks as Json[]).some((block) => block.type === 'input') &&
      view.submit === undefined
    )
      problems.push('inputs without submit');
  }
  return problems;
}
