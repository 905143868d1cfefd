/** What Discord takes, in characters and pieces. Source: its API reference, "Message", "Component Reference", "Application Commands". */
export const LIMITS = {
  content: 2000,
  embed: 4096,
  rows: 5,
  rowButtons: 5,
  selectOptions: 25,
  /** Of a message laid out in components: all of them, nested ones too, and their text. */
  layoutPieces: 40,
  layoutText: 4000,
  optionLabel: 100,
  buttonLabel: 80,
  customId: 100,
  linkUrl: 512,
  threadName: 100,
  modalTitle: 45,
  modalFields: 5,
  fieldLabel: 45,
  fieldPlaceholder: 100,
  fieldValue: 4000,
  files: 10,
  subcommands: 25,
  choices: 25,
  description: 100,
  tagsPerForum: 20,
  tagName: 20,
  historyPage: 100,
} as const;

/** At most `limit` characters (UTF-16 units, as Discord's own limits for ASCII; never splits a pair). */
export function cut(text: string, limit: number): string {
  if (text.length <= limit) return text;
  return `${text.slice(0, limit - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}
