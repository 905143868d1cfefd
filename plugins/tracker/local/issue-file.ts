import { isMap, stringify } from 'yaml';
import { z } from 'zod';
import { readYaml, yamlValue } from '../../../src/lib/yaml.ts';
import { rejected } from '../../../src/slots/errors.ts';
import type { IssueComment } from '../../../src/slots/tracker.ts';

/** One issue as it stands in its file. Front matter keys this tracker doesn't know are kept as they are. */
export interface IssueFile {
  readonly title: string;
  readonly state: 'open' | 'closed';
  readonly labels: readonly string[];
  readonly assignee: string | null;
  readonly author: string | null;
  readonly other: Readonly<Record<string, unknown>>;
  readonly body: string;
  readonly comments: readonly StoredComment[];
}

export interface StoredComment extends Omit<IssueComment, 'permission'> {
  /** Idempotency key, hashed into the id. */
  readonly id: string;
}

const text = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const frontMatter = z.looseObject({
  title: text,
  state: z.enum(['open', 'closed']).default('open'),
  labels: z
    .union([
      z.array(text),
      text.transform((list) =>
        list
          .split(',')
          .map((label) => label.trim())
          .filter(Boolean),
      ),
    ])
    .nullish()
    .transform((labels) => labels ?? []),
  assignee: text.nullish().transform((name) => name ?? null),
  author: text.nullish().transform((name) => name ?? null),
});

/** An HTML comment before each comment, so that the file reads well and round-trips. */
const COMMENT_MARK = /^<!-- comment id=([\w-]+) at=(\S+) by=(.+?) -->$/;

/** `path` is for messages. A broken file is `rejected`, AO_TRACKER_BAD_FILE, with the line. */
export function parseIssueFile(content: string, path: string): IssueFile {
  const lines = content.replace(/^\uFEFF/, '').split(/\r?\n/);
  if (lines[0]?.trimEnd() !== '---')
    throw badFile(
      path,
      1,
      'the file does not begin with a front matter (a line ---, then title: …, then a line ---)',
    );
  const end = lines.findIndex((line, index) => index > 0 && line.trimEnd() === '---');
  if (end === -1) throw badFile(path, 1, 'the front matter is not closed by a line ---');
  const { title, state, labels, assignee, author, ...other } = parseFrontMatter(
    lines.slice(1, end).join('\n'),
    path,
  );
  return { title, state, labels, assignee, author, other, ...splitComments(lines.slice(end + 1)) };
}

function parseFrontMatter(yaml: string, path: string): z.infer<typeof frontMatter> {
  const { document, lines, problems } = readYaml(yaml);
  const broken = problems[0];
  // The opening --- is line 1 of the file.
  if (broken !== undefined)
    throw badFile(path, lines.linePos(broken.offset).line + 1, broken.message);
  const parsed = frontMatter.safeParse(yamlValue(document) ?? {});
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const key = String(issue?.path[0] ?? '');
  const pair = isMap(document.contents)
    ? document.contents.items.find((item) => String(item.key) === key)
    : undefined;
  const range = (pair?.key as { range?: readonly number[] } | undefined)?.range;
  const line = range?.[0] === undefined ? 1 : lines.linePos(range[0]).line + 1;
  throw badFile(
    path,
    line,
    key === 'title' && pair === undefined
      ? 'the front matter has no title'
      : `${key === '' ? 'the front matter' : key}: ${issue?.message ?? 'not valid'}`,
  );
}

function splitComments(lines: readonly string[]): Pick<IssueFile, 'body' | 'comments'> {
  const marks = lines.flatMap((line, index) => (COMMENT_MARK.test(line) ? [index] : []));
  const comments = marks.map((start, order): StoredComment => {
    const [, id = '', at = '', author = ''] = COMMENT_MARK.exec(lines[start] ?? '') ?? [];
    const block = lines.slice(start + 1, marks[order + 1]);
    const body = unquoteMarks(block).join('\n').trim();
    return { id, author, at: Date.parse(at) || 0, body };
  });
  const before = lines.slice(0, marks[0]);
  const heading =
    marks.length > 0 ? before.findLastIndex((line) => line.trim() === '## Comments') : -1;
  return {
    body: before
      .slice(0, heading === -1 ? undefined : heading)
      .join('\n')
      .trim(),
    comments,
  };
}

export function formatIssueFile(issue: IssueFile): string {
  const { title, state, labels, assignee, author, other } = issue;
  const head = { title, state, labels, assignee, ...(author === null ? {} : { author }), ...other };
  const comments = issue.comments.map(
    (comment) =>
      `<!-- comment id=${comment.id} at=${new Date(comment.at).toISOString()} by=${oneLine(comment.author)} -->\n${quoteMarks(comment.body.trim())}\n`,
  );
  const tail = comments.length === 0 ? '' : `\n## Comments\n\n${comments.join('\n')}`;
  return `---\n${stringify(head, { lineWidth: 0, flowCollectionPadding: false })}---\n\n${issue.body.trim()}\n${tail}`;
}

/** A comment that quotes our own mark must not become two comments. */
const quoteMarks = (body: string): string =>
  body
    .split('\n')
    .map((line) => (/^\\*<!-- comment id=/.test(line) ? `\\${line}` : line))
    .join('\n');
const unquoteMarks = (lines: readonly string[]): readonly string[] =>
  lines.map((line) => (/^\\+<!-- comment id=/.test(line) ? line.slice(1) : line));

const oneLine = (name: string): string =>
  name.replace(/\s+/g, ' ').replaceAll('-->', '').trim() || 'unknown';

const badFile = (path: string, line: number, why: string): Error =>
  rejected(
    'AO_TRACKER_BAD_FILE',
    `The issue file ${path} can't be read, line ${line}: ${why}. Repair the file, then try again.`,
  );
