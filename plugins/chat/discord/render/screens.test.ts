import { expect, it } from 'vitest';
import { chatScreens } from '../../../../test/fakes/chat-screens.ts';
import { readMessage } from '../../../../test/fakes/discord/read-message.ts';
import { invalidRequest } from '../../../../test/fakes/discord/validate.ts';
import { renderAnswer } from './answer.ts';
import { renderMessage } from './message.ts';
import { modalOf } from './modal.ts';

const EMPTY = { content: '', embeds: [], components: [] };

it('everything ao says in Discord reads as written down', async () => {
  const golden = (await chatScreens()).flatMap((screen) => {
    // Discord has no Home tab.
    if ('home' in screen) return [];
    if ('form' in screen) {
      const data = modalOf(screen.form);
      expect(invalidRequest.callback({ type: 9, data }, 0), screen.name).toBeNull();
      const fields = (
        data.components as { label: string; component: { required?: boolean; options?: unknown } }[]
      ).map(
        ({ label, component }) =>
          `${label}${component.required === true ? ' *' : ''}: ____${component.options === undefined ? '' : ' ▾'}`,
      );
      return [`## ${screen.name}\n> form: ${data.title}\n${fields.join('\n')}\n`];
    }
    const { body, files } = screen.private
      ? renderAnswer(screen.message)
      : renderMessage(screen.message);
    expect(
      invalidRequest.message(body as unknown as Record<string, unknown>, files.length),
      screen.name,
    ).toBeNull();
    const shown = readMessage({
      ...EMPTY,
      ...(body as unknown as Partial<Parameters<typeof readMessage>[0]>),
      files: files.map((file) => file.name),
    });
    return [`## ${screen.name}\n${shown}\n`];
  });
  await expect(golden.join('\n')).toMatchFileSnapshot('golden/screens.txt');
});
