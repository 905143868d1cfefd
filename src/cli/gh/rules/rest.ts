import { type Deed, PASS, type Rule, refuse, type Verdict } from './verdict.ts';

/** One REST call that isn't a question. */
export interface RestCall {
  readonly method: string;
  readonly path: string;
  /** Fields of body and address; values as text. Null: they can't be read. */
  readonly fields: ReadonlyMap<string, string> | null;
}

type Judge = (call: RestCall, fields: ReadonlyMap<string, string>, number: string) => Verdict;

/** By the end of the path; the number that it names is handed on. */
const ROUTES: ReadonlyArray<readonly [RegExp, Judge]> = [
  [/\/pulls\/(\d+)\/merge$/, always('merge')],
  [/\/merges$/, always('merge')],
  [/\/merge-upstream$/, always('branch')],
  [/\/pulls\/\d+\/reviews\/\d+\/dismissals$/, always('dismiss')],
  [
    /\/pulls\/(\d+)\/reviews(?:\/\d+\/events)?$/,
    (_call, fields, number) =>
      /^approve$/i.test(fields.get('event') ?? '') ? whose('approve', number) : PASS,
  ],
  [
    /\/pulls\/(\d+)$/,
    (_call, fields, number) =>
      fields.has('base') ? refuse('base') : fields.has('state') ? whose('close', number) : PASS,
  ],
  [
    /\/issues\/(\d+)$/,
    (_call, fields, number) => (fields.has('state') ? whose('close_issue', number) : PASS),
  ],
  [
    /\/git\/refs\/heads\/.+$/,
    ({ method }) => (method === 'PATCH' || method === 'DELETE' ? refuse('branch') : PASS),
  ],
  [/\/branches\/.+\/protection(?:\/.*)?$/, always('protection')],
  [/\/rulesets(?:\/\d+)?$/, always('protection')],
  [/\/branches\/.+\/rename$/, always('branch')],
  [/\/statuses\/[^/]+$/, always('checks')],
  [/\/check-runs(?:\/\d+)?$/, always('checks')],
  [
    /^\/?(?:repos\/[^/]+\/[^/]+|repositories\/\d+)$/,
    (_call, fields) =>
      [...fields.keys()].some((name) => name === 'default_branch' || name.startsWith('allow_'))
        ? refuse('protection')
        : PASS,
  ],
];

export function judgeRest(call: RestCall): Verdict {
  const path = plainPath(call.path);
  for (const [pattern, judge] of ROUTES) {
    const found = pattern.exec(path);
    if (found === null) continue;
    const verdict = judge(call, call.fields ?? new Map(), found[1] ?? '');
    // A route that asks for its fields passes nothing whose fields can't be read.
    return call.fields === null && verdict.type === 'pass' ? refuse('unreadable') : verdict;
  }
  return PASS;
}

function always(rule: Rule): Judge {
  return () => refuse(rule);
}

const whose = (deed: Deed, pull: string): Verdict => ({ type: 'whose', deed, pull, repo: null });

/** Without host, query, escapes, and slashes that don't count. */
function plainPath(path: string): string {
  const bare = path.replace(/^https?:\/\/[^/]+/i, '').replace(/[?#].*$/, '');
  const decoded = bare
    .split('/')
    .filter((part) => part !== '')
    .map(unescaped)
    .join('/');
  return `/${decoded}`.replace(/^\/api\/v3\//, '/');
}

function unescaped(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
