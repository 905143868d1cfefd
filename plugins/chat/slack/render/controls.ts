import type {
  ActionsBlock,
  ConfirmationDialog,
  PlainTextElement,
  Button as SlackButton,
  StaticSelect,
} from '@slack/types';
import type { Button, Select } from '../../../../src/slots/chat.ts';
import { LIMITS } from './limits.ts';
import { cut, toMrkdwn } from './mrkdwn.ts';

/** Begins the action id of a link button: Slack tells of its click, and nobody has to do anything. */
export const LINK_ACTION = 'link ';

export const plain = (text: string, limit: number): PlainTextElement => ({
  type: 'plain_text',
  text: cut(text === '' ? ' ' : text, limit),
  emoji: true,
});

/** As many blocks as 25 elements each ask for. */
export function buttonRows(buttons: readonly Button[]): readonly ActionsBlock[] {
  return Array.from({ length: Math.ceil(buttons.length / LIMITS.elements) }, (_, row) => ({
    type: 'actions',
    elements: buttons.slice(row * LIMITS.elements, (row + 1) * LIMITS.elements).map(toButton),
  }));
}

function toButton(button: Button): SlackButton {
  const link = button.url !== undefined && button.url.length <= LIMITS.url;
  return {
    type: 'button',
    action_id: cut(link ? `${LINK_ACTION}${button.id}` : button.id, LIMITS.actionId),
    text: plain(button.label, LIMITS.button),
    ...(link ? { url: button.url } : {}),
    ...(button.style === 'plain' ? {} : { style: button.style }),
    ...(button.confirm === undefined || link
      ? {}
      : { confirm: confirmDialog(button.confirm, button.style) }),
  };
}

function confirmDialog(
  confirm: NonNullable<Button['confirm']>,
  style: Button['style'],
): ConfirmationDialog {
  return {
    title: plain(confirm.title, LIMITS.confirmTitle),
    text: { type: 'mrkdwn', text: cut(toMrkdwn(confirm.text), LIMITS.confirmText) },
    confirm: plain(confirm.ok, LIMITS.confirmButton),
    deny: plain('Cancel', LIMITS.confirmButton),
    ...(style === 'plain' ? {} : { style }),
  };
}

export function selectRow(select: Select): ActionsBlock {
  return {
    type: 'actions',
    elements: [staticSelect(select.id, select.placeholder, select.options)],
  };
}

/** Slack takes at least one option and none with a value longer than 150; a longer value could not come back whole. */
export function staticSelect(
  id: string,
  placeholder: string,
  options: Select['options'],
  initial?: string,
): StaticSelect {
  const fitting = options
    .filter((option) => option.value.length <= LIMITS.optionValue && option.value !== '')
    .slice(0, LIMITS.options);
  const shown = fitting.map((option) => ({
    text: plain(option.label, LIMITS.option),
    value: option.value,
  }));
  const chosen = shown.find((option) => option.value === initial);
  return {
    type: 'static_select',
    action_id: cut(id, LIMITS.actionId),
    placeholder: plain(placeholder, LIMITS.placeholder),
    options: shown,
    ...(chosen === undefined ? {} : { initial_option: chosen }),
  };
}
