import { randomUUID } from 'node:crypto';
import type { AgentRequest, RequestOption } from '../../../src/domain/session/session.ts';
import type { Millis } from '../../../src/domain/session/time.ts';
import { questionRequest } from '../../shared/agent-request.ts';
import { type PermissionHook, questionsSchema, type Suggestion } from './schema.ts';
import type { StoredRequest } from './side-state.ts';
import { toolDetail } from './tool-summary.ts';

export interface Answer {
  readonly option: string | null;
  readonly text: string | null;
}

/** What a PermissionRequest hook asks a person; several for a dialog with several questions. */
export function requestsOf(hook: PermissionHook, now: Millis): readonly StoredRequest[] {
  const questions =
    hook.tool_name === 'AskUserQuestion'
      ? questionsSchema.safeParse(hook.tool_input).data
      : undefined;
  if (questions === undefined) return [permissionRequest(hook, now)];
  const ids = questions.questions.map(() => randomUUID());
  return questions.questions.map((question, index) => ({
    request: questionRequest(ids[index] ?? randomUUID(), question, now),
    suggestions: [],
    together: ids,
    given: false,
  }));
}

const PLAN = 'Carry out this plan?';

/** It asks whether a plan may be carried out. */
export const isPlan = ({ request }: StoredRequest): boolean => request.title === PLAN;

const PLAN_OPTIONS: readonly RequestOption[] = [
  { id: 'allow', label: 'Carry it out, ask before edits', style: 'primary' },
  { id: 'allow_edits', label: 'Carry it out, edit freely', style: 'plain' },
  { id: 'deny', label: 'Go on planning', style: 'danger' },
];

function permissionRequest(hook: PermissionHook, now: Millis): StoredRequest {
  const id = randomUUID();
  const always = hook.permission_suggestions.length > 0;
  const plan = hook.tool_name === 'ExitPlanMode';
  return {
    request: {
      id,
      kind: 'permission',
      title: permissionTitle(hook.tool_name),
      text: toolDetail(hook.tool_name, hook.tool_input),
      options: plan
        ? [...PLAN_OPTIONS]
        : [
            { id: 'allow', label: 'Allow once', style: 'primary' },
            ...(always
              ? [
                  {
                    id: 'allow_always',
                    label: `Allow ${suggestionWords(hook.permission_suggestions)} in this session`,
                    style: 'plain' as const,
                  },
                ]
              : []),
            { id: 'deny', label: 'Deny', style: 'danger' },
          ],
      freeText: true,
      askedAt: now,
      answer: null,
    },
    suggestions: hook.permission_suggestions,
    together: [id],
    given: false,
  };
}

function permissionTitle(tool: string): string {
  if (tool === 'Bash') return 'Run this command?';
  if (tool === 'ExitPlanMode') return PLAN;
  return ['Edit', 'Write', 'MultiEdit', 'NotebookEdit'].includes(tool)
    ? 'Change this file?'
    : `Use ${tool}?`;
}

function suggestionWords(suggestions: readonly Suggestion[]): string {
  const rules = suggestions
    .flatMap((suggestion) => suggestion.rules ?? [])
    .map((rule) => rule.ruleContent ?? rule.toolName);
  if (rules.length > 0) return rules.map((rule) => `\`${rule}\``).join(', ');
  if (
    suggestions.some(
      (suggestion) => suggestion.type === 'setMode' && suggestion.mode === 'acceptEdits',
    )
  )
    return 'all edits';
  return 'this always';
}

/** The HTTP answer that decides a permission request. `input`: what the tool was called with. */
export function permissionDecision(
  stored: StoredRequest,
  answer: Answer,
  input: Readonly<Record<string, unknown>>,
): object {
  if (isPlan(stored)) return planDecision(answer, input);
  if (answer.option === 'allow') return decision({ behavior: 'allow' });
  if (answer.option === 'allow_always') {
    // The program's own suggestion would write the rule into a settings file of the repository.
    return decision({
      behavior: 'allow',
      updatedPermissions: stored.suggestions.map((suggestion) => ({
        ...suggestion,
        destination: 'session',
      })),
    });
  }
  return decision({
    behavior: 'deny',
    message: answer.text ?? 'Denied. Go on without it, or ask what to do instead.',
  });
}

/** A plan is only taken for approved when its input comes back: without, the program goes on asking in its terminal. */
function planDecision({ option, text }: Answer, input: Readonly<Record<string, unknown>>): object {
  if (option !== 'allow' && option !== 'allow_edits')
    return decision({
      behavior: 'deny',
      message: text ?? 'Not approved. Go on planning, or ask what should change.',
    });
  const mode = option === 'allow_edits' ? 'acceptEdits' : 'default';
  return decision({
    behavior: 'allow',
    updatedInput: input,
    updatedPermissions: [{ type: 'setMode', mode, destination: 'session' }],
  });
}

/** The HTTP answer that answers all questions of a dialog. */
export function questionsDecision(
  input: Readonly<Record<string, unknown>>,
  answers: ReadonlyMap<string, string>,
): object {
  return decision({
    behavior: 'allow',
    updatedInput: { ...input, answers: Object.fromEntries(answers) },
  });
}

/** The answer in words, for the card. */
export function answerWords(request: AgentRequest, answer: Answer): string {
  const label = request.options.find((option) => option.id === answer.option)?.label;
  return (
    [label, answer.text]
      .filter((word) => word !== undefined && word !== null && word !== '')
      .join(': ') || 'answered'
  );
}

const decision = (value: object): object => ({
  hookSpecificOutput: { hookEventName: 'PermissionRequest', decision: value },
});
