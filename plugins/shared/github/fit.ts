/** Longest that GitHub takes, characters. */
const MAX_TITLE = 256;
const MAX_BODY = 65_536;
const CUT = '\n\n_(ao cut the rest: GitHub takes no more than 65,536 characters.)_';

/** A title that GitHub takes. */
export const fitTitle = (title: string): string =>
  title.length <= MAX_TITLE ? title : `${whole(title, MAX_TITLE - 1)}…`;

/** A body that GitHub takes, and that says so where something was cut. `room`: for what is put behind it. */
export const fitBody = (body: string, room = 0): string =>
  body.length <= MAX_BODY - room ? body : `${whole(body, MAX_BODY - room - CUT.length)}${CUT}`;

/** Never half of a surrogate pair. */
function whole(text: string, length: number): string {
  const cut = text.slice(0, length);
  return /[\uD800-\uDBFF]$/.test(cut) ? cut.slice(0, -1) : cut;
}
