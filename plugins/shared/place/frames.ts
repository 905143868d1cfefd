/**
 * What goes over the pipe between ao and its helper in a place: a kind, the number of the connection, a length, the bytes. Both sides read
 * with the same reader, so what one splits the other joins.
 */
export type FrameKind = 'listens' | 'open' | 'data' | 'end' | 'close';

export interface Frame {
  readonly kind: FrameKind;
  readonly connection: number;
  readonly data: Buffer;
}

const KINDS: readonly FrameKind[] = ['listens', 'open', 'data', 'end', 'close'];
const HEAD = 9;
/** More in one frame is nothing that a helper of ao's sends. */
const MOST = 1 << 20;

export function frame(
  kind: FrameKind,
  connection: number,
  data: Uint8Array = Buffer.alloc(0),
): Buffer {
  const head = Buffer.alloc(HEAD);
  head.writeUInt8(KINDS.indexOf(kind), 0);
  head.writeUInt32BE(connection, 1);
  head.writeUInt32BE(data.length, 5);
  return Buffer.concat([head, data]);
}

/** Takes bytes as they come and calls `take` for each whole frame. Throws on what is not a frame: the pipe is of no use then. */
export function frameReader(take: (frame: Frame) => void): (bytes: Buffer) => void {
  let rest: Buffer = Buffer.alloc(0);
  return (bytes) => {
    rest = rest.length === 0 ? bytes : Buffer.concat([rest, bytes]);
    while (rest.length >= HEAD) {
      const kind = KINDS[rest.readUInt8(0)];
      const length = rest.readUInt32BE(5);
      if (kind === undefined || length > MOST)
        throw new Error('This is not a frame of the helper.');
      if (rest.length < HEAD + length) return;
      const connection = rest.readUInt32BE(1);
      const data = rest.subarray(HEAD, HEAD + length);
      rest = rest.subarray(HEAD + length);
      take({ kind, connection, data });
    }
  };
}
