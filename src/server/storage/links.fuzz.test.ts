/** Links and file names against whoever changes them, and against whatever a company may be called. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ProductError } from '#contract/errors.ts';
import { attachment } from './disposition.ts';
import { requireObjectKey } from './object-key.ts';
import { LinkSigner, type LinkTerms } from './signed-link.ts';

const options = { seed: 20_261_123, numRuns: 2000 };
const signer = new LinkSigner('s'.repeat(40));
const now = new Date('2026-11-23T12:00:00Z');
const terms: LinkTerms = {
  key: 'exports/7/019ab000-0000-7000-8000-000000000001/1.zip',
  expires: now.getTime() / 1000 + 3600,
  filename: 'Käse & Wein_2026.zip',
  type: 'application/zip',
};
const link = signer.path(terms);

/** As the files route reads a link. */
function verified(path: string): LinkTerms | ProductError | null {
  let url: URL;
  let key: string;
  try {
    url = new URL(path, 'http://localhost');
    key = decodeURIComponent(url.pathname.slice('/files/'.length));
  } catch {
    return null;
  }
  try {
    return signer.verify(key, url.searchParams, now);
  } catch (error) {
    return error as ProductError;
  }
}

describe('a link', () => {
  test('is refused after any change that makes it say something else', () => {
    const change = fc.record({
      at: fc.integer({ min: 0, max: link.length - 1 }),
      remove: fc.integer({ min: 0, max: 3 }),
      insert: fc.oneof(
        fc.string({ maxLength: 3 }),
        fc.constantFrom('&', '=', '%00', '../', '&expires=9999999999', '0', 'f', '#', '?'),
      ),
    });
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), (changes) => {
        let text = link;
        for (const { at, remove, insert } of changes) text = text.slice(0, at) + insert + text.slice(at + remove);
        const found = verified(text);
        // another way to write the same link (%20 for +, a parameter nobody reads) says the same
        if (found !== null && !(found instanceof Error)) expect(found).toEqual(terms);
        else if (found !== null) expect(found).toMatchObject({ code: 'link_refused' });
      }),
      options,
    );
  });

  test('with any parameter changed, doubled or left out is refused', () => {
    const names = ['expires', 'filename', 'type', 'signature'] as const;
    fc.assert(
      fc.property(
        fc.constantFrom(...names),
        fc.string({ maxLength: 70 }),
        fc.constantFrom('set', 'append', 'delete'),
        (name, value, how) => {
          const url = new URL(link, 'http://localhost');
          const before = url.searchParams.get(name);
          if (how === 'delete') url.searchParams.delete(name);
          else url.searchParams[how](name, value.toWellFormed());
          if (how === 'set' && value === before) return;
          expect(verified(url.pathname + url.search)).toMatchObject({ code: 'link_refused' });
        },
      ),
      options,
    );
  });

  test('of another key, another secret or another time is refused', () => {
    const key = fc.stringMatching(/^exports\/\d{1,6}\/[0-9a-f-]{36}\/\d{1,2}\.zip$/);
    fc.assert(
      fc.property(
        key,
        fc.integer({ min: 0, max: 10 ** 10 }),
        fc.string({ minLength: 32 }),
        (other, expires, secret) => {
          const { searchParams } = new URL(link, 'http://localhost');
          const refused = (work: () => unknown): void =>
            expect(work).toThrow(expect.objectContaining({ code: 'link_refused' }));
          if (other !== terms.key) refused(() => signer.verify(other, searchParams, now));
          refused(() => new LinkSigner(secret).verify(terms.key, searchParams, now));
          const late = new URL(
            signer.path({ ...terms, expires: Math.min(expires, now.getTime() / 1000) || 1 }),
            'http://localhost',
          );
          refused(() => signer.verify(terms.key, late.searchParams, now));
        },
      ),
      { ...options, numRuns: 300 },
    );
  });
});

describe('the name of a file', () => {
  test('whatever it holds, the header is one line of ASCII that says exactly that name', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 120 }), (name) => {
        const header = attachment(name);
        expect(header).toMatch(/^attachment; filename="[\x20-\x7e]*"; filename\*=UTF-8''[\w.~!#$&+^`|%-]*$/);
        const [, plain = '', encoded = ''] = /filename="([^"]*)"; filename\*=UTF-8''(.*)$/.exec(header) ?? [];
        expect(plain).not.toMatch(/["\\%]/);
        expect(decodeURIComponent(encoded)).toBe(name.toWellFormed());
      }),
      options,
    );
  });

  test('no key that is taken can climb, hide or need escaping', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ maxLength: 40 }), fc.stringMatching(/^[a-z./\\%-]{1,20}$/)), (key) => {
        try {
          requireObjectKey(key);
        } catch (error) {
          expect(error).toMatchObject({ code: 'invalid_input' });
          return;
        }
        expect(key.split('/')).not.toContain('..');
        expect(new URL(`http://x/files/${key}`).pathname).toBe(`/files/${key}`);
      }),
      options,
    );
  });
});
