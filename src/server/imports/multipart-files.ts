/** The files of a multipart request, one after the other, each as it arrives; a sender that falls silent is given up. */
import '@fastify/multipart';
import type { FastifyRequest } from 'fastify';
import { ProductError } from '#contract/errors.ts';
import type { ImportFile } from './stage-files.ts';

/** @throws ProductError for a part that is no file, a file that is cut off at the limit, and a sender that is gone */
export async function* multipartFiles(request: FastifyRequest, silenceSecondsMax: number): AsyncGenerator<ImportFile> {
  // of a sender that left before anybody listened nothing more is heard, not even that
  if (request.raw.destroyed) throw gone();
  const patience = { milliseconds: silenceSecondsMax * 1000, giveUp: () => void request.raw.destroy() };
  for await (const part of patiently(request.parts(), patience)) {
    if (part.type === 'field') {
      throw new ProductError('unknown_field', `${part.fieldname}: is no file. Options belong in the query.`, {
        fields: [{ field: part.fieldname, message: 'is no file; options belong in the query' }],
      });
    }
    // a part may be called a file by its type alone; then its field has the name
    yield { name: part.filename ?? part.fieldname, content: patiently(part.file as AsyncIterable<Buffer>, patience) };
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

/** The same items; a sender that keeps us waiting too long for the next is given up. Time that we take does not count. */
async function* patiently<T>(
  source: AsyncIterable<T>,
  patience: { readonly milliseconds: number; readonly giveUp: () => void },
): AsyncGenerator<T> {
  const items = source[Symbol.asyncIterator]();
  try {
    for (;;) {
      const silence = Promise.withResolvers<never>();
      const timer = setTimeout(() => {
        silence.reject(gone());
        patience.giveUp();
      }, patience.milliseconds);
      const next = await Promise.race([items.next(), silence.promise])
        .catch((error: unknown) => {
          throw isNamed(error) ? error : malformed(error);
        })
        .finally(() => clearTimeout(timer));
      if (next.done) return;
      yield next.value;
    }
  } finally {
    // lets go of what is left; not waited for, since a silent sender would keep us here
    void Promise.resolve(items.return?.()).catch(() => undefined);
  }
}
