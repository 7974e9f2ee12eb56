/** The files of a multipart request, one after the other, each as it arrives; a sender slower than any line is given up. */
import '@fastify/multipart';
import type { FastifyRequest } from 'fastify';
import { ProductError } from '#contract/errors.ts';
import { fromSender, type Pace } from '#server/http/steady.ts';
import type { ImportFile } from './stage-files.ts';

/** @throws ProductError for a part that is no file, a file that is cut off at the limit, and a sender that is gone */
export async function* multipartFiles(request: FastifyRequest, pace: Pace): AsyncGenerator<ImportFile> {
  // of a sender that left before anybody listened nothing more is heard, not even that
  if (request.raw.destroyed) throw gone();
  const sent = <T>(items: AsyncIterable<T>, bytesOf: (item: T) => number): AsyncGenerator<T> =>
    fromSender(readable(items), pace, { bytesOf, giveUp: () => void request.raw.destroy(), gone });
  for await (const part of sent(request.parts(), () => pace.bytes)) {
    if (part.type === 'field') {
      throw new ProductError('unknown_field', `${part.fieldname}: is no file. Options belong in the query.`, {
        fields: [{ field: part.fieldname, message: 'is no file; options belong in the query' }],
      });
    }
    // a part may be called a file by its type alone; then its field has the name
    const content = sent(part.file as AsyncIterable<Buffer>, (piece) => piece.length);
    yield { name: part.filename ?? part.fieldname, content };
    if (part.file.truncated) {
      throw new ProductError('too_large', `${part.filename} is larger than this installation takes. Split it.`);
    }
  }
}

const gone = (): ProductError => new ProductError('invalid_input', 'The files did not arrive completely.');

const malformed = (cause: unknown): ProductError =>
  new ProductError('invalid_input', 'The body is no multipart/form-data that can be read to its end.', {
    fields: [{ field: 'body', message: 'is not valid multipart/form-data' }],
    cause,
  });

/** The framework gives its own refusals a code; what the parser below it throws has none. */
const isNamed = (error: unknown): boolean => error instanceof Error && 'code' in error;

/** The same items; what the parser throws is a refusal. */
async function* readable<T>(items: AsyncIterable<T>): AsyncGenerator<T> {
  try {
    yield* items;
  } catch (error) {
    throw isNamed(error) ? error : malformed(error);
  }
}
