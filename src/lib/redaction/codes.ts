/** One buffer for all: texts are looked at one after the other. */
let bytes = Buffer.alloc(16_384);

/**
 * The UTF-16 codes of a text, in one copy: a loop over an array costs a fraction of one over a text, whose form the engine
 * looks up for every character. Valid until the next call.
 */
export function codesOf(text: string): Uint16Array {
  if (bytes.length < text.length * 2) bytes = Buffer.alloc(text.length * 4);
  bytes.write(text, 'utf16le');
  return new Uint16Array(bytes.buffer, bytes.byteOffset, text.length);
}
