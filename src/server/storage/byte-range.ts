/**
 * The Range header (RFC 9110, 14.2): one range of bytes. What we do not serve in parts (several ranges, other units,
 * nonsense) is ignored as the RFC allows, and the whole file answered.
 */
import type { ByteRange } from './store.ts';

const pattern = /^bytes=(\d{0,15})-(\d{0,15})$/;

/** The bytes to send of a file of `size` bytes: a range, `whole`, or `unsatisfiable`. */
export const rangeOf = (header: string | undefined, size: number): ByteRange | 'whole' | 'unsatisfiable' => {
  const match = pattern.exec(header?.replaceAll(' ', '') ?? '');
  if (match === null) return 'whole';
  const [, first = '', last = ''] = match;
  if (first === '' && last === '') return 'whole';
  if (first === '') {
    const length = Math.min(Number(last), size);
    return length === 0 ? 'unsatisfiable' : { start: size - length, end: size - 1 };
  }
  const start = Number(first);
  if (last !== '' && Number(last) < start) return 'whole';
  if (start >= size) return 'unsatisfiable';
  return { start, end: last === '' ? size - 1 : Math.min(Number(last), size - 1) };
};
