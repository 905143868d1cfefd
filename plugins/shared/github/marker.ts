import { marker } from '../forge/marker.ts';
import { fitBody } from './fit.ts';

export { isMarked, marker, unmarked } from '../forge/marker.ts';

/** Cut where GitHub would refuse it, so that the mark is whole. */
export const marked = (body: string, key: string): string =>
  `${fitBody(body, marker(key).length + 2)}\n\n${marker(key)}`;
