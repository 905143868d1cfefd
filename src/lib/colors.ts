import { styleText } from 'node:util';

type Style = Parameters<typeof styleText>[0];

/** Colours where the terminal wants them. */
export const painter =
  (color: boolean) =>
  (style: Style, text: string): string =>
    color ? styleText(style, text, { validateStream: false }) : text;

export type Paint = ReturnType<typeof painter>;
