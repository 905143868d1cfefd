/** Files of the page as a browser takes them: packed once, then kept. */
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

const pack = promisify(gzip);

/** Pictures and fonts are packed by themselves. */
const WORDS = /^(text\/|application\/(json|manifest\+json)|image\/svg)/;
/** Smaller ones cost more to unpack than to send. Bytes. */
const SMALL = 1_000;

/** By what `Accept-Encoding` says (RFC 9110): named or `*`, and not with the weight 0. */
export function takesGzip(header: string | undefined): boolean {
  const weights = new Map(
    (header ?? '').split(',').map((part) => {
      const [name = '', ...rest] = part.split(';').map((word) => word.trim().toLowerCase());
      const weight = rest.find((word) => word.startsWith('q='));
      return [name, weight === undefined ? 1 : Number(weight.slice(2))] as const;
    }),
  );
  return (weights.get('gzip') ?? weights.get('*') ?? 0) > 0;
}

export interface Packer {
  /** Null: it is sent as it is. `tag` names the content. */
  packed(tag: string, content: Uint8Array, type: string): Promise<Uint8Array | null>;
}

/** `most`: how many files are kept; a page has some dozens. */
export function createPacker(most = 200): Packer {
  const kept = new Map<string, Promise<Uint8Array>>();
  return {
    async packed(tag, content, type) {
      if (!WORDS.test(type) || content.length < SMALL) return null;
      const known = kept.get(tag);
      if (known !== undefined) return known;
      if (kept.size >= most) kept.clear();
      const made = pack(content, { level: 9 });
      kept.set(tag, made);
      return made;
    },
  };
}
