import {
  type APIActionRowComponent,
  type APIButtonComponent,
  type APIComponentInMessageActionRow,
  ButtonStyle,
  ComponentType,
} from 'discord.js';
import type { Block, Button, Select } from '../../../../src/slots/chat.ts';
import { confirmId } from '../inbound/custom-id.ts';
import { cut, LIMITS } from '../limits.ts';

export type Row = APIActionRowComponent<APIComponentInMessageActionRow>;

export interface Controls {
  readonly rows: readonly Row[];
  /** How many buttons found no room. */
  readonly left: number;
}

/** At most 5 rows of 5; each block of buttons begins a row while there is room, then rows are filled up. */
export function controlsOf(blocks: readonly Block[]): Controls {
  const selects = blocks
    .flatMap((block) => (block.type === 'select' ? [selectRow(block.select)] : []))
    .slice(0, LIMITS.rows);
  const room = LIMITS.rows - selects.length;
  const groups = distinct(blocks).map((group) => group.map(toButton));
  const separate = groups.flatMap(inRows);
  const rows = separate.length <= room ? separate : inRows(groups.flat());
  const shown = rows.slice(0, room);
  return { rows: [...shown.map(buttonRow), ...selects], left: rows.slice(room).flat().length };
}

/** An id may be on a message once. */
function distinct(blocks: readonly Block[]): readonly (readonly Button[])[] {
  const seen = new Set<string>();
  const fresh = (button: Button): boolean =>
    !seen.has(button.id) && seen.add(button.id).has(button.id);
  return blocks
    .flatMap((block) => (block.type === 'buttons' ? [block.buttons.filter(fresh)] : []))
    .filter((group) => group.length > 0);
}

const inRows = <T>(all: readonly T[]): T[][] =>
  Array.from({ length: Math.ceil(all.length / LIMITS.rowButtons) }, (_, row) =>
    all.slice(row * LIMITS.rowButtons, (row + 1) * LIMITS.rowButtons),
  );

const buttonRow = (components: APIButtonComponent[]): Row => ({
  type: ComponentType.ActionRow,
  components,
});

const STYLES = {
  primary: ButtonStyle.Primary,
  danger: ButtonStyle.Danger,
  plain: ButtonStyle.Secondary,
} as const;

function toButton(button: Button): APIButtonComponent {
  const label = cut(button.label === '' ? '…' : button.label, LIMITS.buttonLabel);
  if (button.url !== undefined && button.url.length <= LIMITS.linkUrl)
    return { type: ComponentType.Button, style: ButtonStyle.Link, label, url: button.url };
  return {
    type: ComponentType.Button,
    style: STYLES[button.style],
    label,
    custom_id: button.confirm === undefined ? button.id : confirmId(button.id),
  };
}

function selectRow(select: Select): Row {
  const options = select.options.slice(0, LIMITS.selectOptions).map(({ value, label }) => ({
    value: value.slice(0, LIMITS.optionLabel),
    label: cut(label, LIMITS.optionLabel),
  }));
  return {
    type: ComponentType.ActionRow,
    components: [
      {
        type: ComponentType.StringSelect,
        custom_id: select.id,
        placeholder: cut(select.placeholder, 150),
        options,
        min_values: 1,
        max_values: 1,
      },
    ],
  };
}
