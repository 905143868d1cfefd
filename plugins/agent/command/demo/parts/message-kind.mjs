// What a message is about, by its first lines: logs and quotes further down may say anything.
const HEAD_CHARS = 300;

export function messageKind(text) {
  const head = text.trim().slice(0, HEAD_CHARS);
  if (/conflict/i.test(head)) return 'conflict';
  if (
    /(requested|asks? for|asked for|wants?)\b.{0,40}\bchanges?|changes? requested|request changes|review(er)? (comment|says|said|asked)/i.test(
      head,
    )
  )
    return 'changes';
  if (
    /\b(checks?|CI|tests?|build|pipeline)\b/i.test(head) &&
    /\bfail(s|ed|ing|ure|ures)?\b|\bred\b/i.test(head)
  )
    return 'checks';
  if (/\breview(er|ers|ed|s)?\b|left \d* ?comments?/i.test(head)) return 'changes';
  if (/what can you do|^help\b|^\/?help$/i.test(head)) return 'help';
  // Says no more than: go on. A commit for that would make checks and approvals void.
  if (/continue|resume|go on|carry on|still working|any progress|idle|status\b/i.test(head))
    return 'nudge';
  return 'other';
}
