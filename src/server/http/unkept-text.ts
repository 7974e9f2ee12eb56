/**
 * Text that no database keeps: the character NUL, and halves of a surrogate pair, which JSON can spell and UTF-8 cannot.
 * Refused for every field of every request here, rather than by each schema.
 */
import { ProductError } from '#contract/errors.ts';

/** Deeper than any question goes; what lies below is refused for itself. */
const depthMax = 8;

/** The error that names the field, or null when all text of a parsed body or query can be kept. */
export function unkeptText(input: unknown): ProductError | null {
  const field = unkeptIn(input, '', 0);
  if (field === null) return null;
  const message = 'has a character that is not valid text';
  return new ProductError('invalid_input', `${field || 'body'}: ${message}`, {
    fields: [{ field: field || 'body', message }],
  });
}

/** The name of the first field whose text cannot be kept. */
function unkeptIn(value: unknown, field: string, depth: number): string | null {
  if (typeof value === 'string') return value.includes('\0') || !value.isWellFormed() ? field : null;
  if (value === null || typeof value !== 'object' || depth > depthMax) return null;
  for (const [key, member] of Object.entries(value)) {
    // members of a list have the name of the list
    const name = Array.isArray(value) ? field : field === '' ? key : `${field}.${key}`;
    const found = unkeptIn(member, name, depth + 1);
    if (found !== null) return found;
  }
  return null;
}
