import type { AgentRequest } from '../../../src/domain/session/session.ts';
import type { Millis } from '../../../src/domain/session/time.ts';
import { questionRequest } from '../../shared/agent-request.ts';
import { isOwnCommand } from '../../shared/own-command.ts';
import { permissionText } from '../../shared/permission-text.ts';
import type { Permission, Question } from './schema.ts';

/** It asks whether one of ao's own commands may run. Patterns don't count: they leave out where output goes. */
export const asksForOwnCommand = ({ permission, metadata: { command } }: Permission): boolean =>
  permission === 'bash' && typeof command === 'string' && isOwnCommand(command);

export function permissionRequest(permission: Permission, now: Millis): AgentRequest {
  const { command, filepath, diff } = permission.metadata;
  const words = [command, filepath, diff]
    .filter((part): part is string => typeof part === 'string')
    .join('\n');
  return {
    id: permission.id,
    kind: 'permission',
    title:
      permission.permission === 'bash'
        ? 'Run this command?'
        : permission.permission === 'edit'
          ? 'Change this file?'
          : `Use ${permission.permission}?`,
    text: permissionText(words === '' ? permission.patterns.join('\n') : words),
    options: [
      { id: 'allow', label: 'Allow once', style: 'primary' },
      ...(permission.always.length === 0
        ? []
        : [
            {
              id: 'allow_always',
              label: `Allow ${permission.always.map((pattern) => `\`${pattern}\``).join(', ')} until it ends`,
              style: 'plain' as const,
            },
          ]),
      { id: 'deny', label: 'Deny', style: 'danger' },
    ],
    freeText: true,
    askedAt: now,
    answer: null,
  };
}

/** One request per question; they are answered together. */
export function questionRequests(question: Question, now: Millis): readonly AgentRequest[] {
  return question.questions.map((one, index) =>
    questionRequest(
      question.questions.length === 1 ? question.id : `${question.id}#${index}`,
      one,
      now,
    ),
  );
}
