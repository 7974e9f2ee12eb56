/** The address bar is anybody's to type in: whatever stands there, every page reads something it can show. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type * as z from 'zod/mini';
import * as deliveryLocations from './pages/delivery-locations/search.ts';
import * as exportHistory from './pages/export-history/search.ts';
import * as importing from './pages/import/search.ts';
import * as organization from './pages/organization/search.ts';
import * as report from './pages/report/search.ts';
import * as signIn from './pages/sign-in/search.ts';
import * as verify from './pages/verify/search.ts';
import { parseSearch, stringifySearch } from './url-search.ts';

const isSchema = (value: unknown): value is z.ZodMiniObject =>
  typeof value === 'object' && value !== null && 'parse' in value && 'shape' in value;
const schemas = Object.entries({
  deliveryLocations,
  exportHistory,
  importing,
  organization,
  report,
  signIn,
  verify,
}).flatMap(([page, module]) =>
  Object.values(module as Record<string, unknown>)
    .filter(isSchema)
    .filter((schema) => Object.keys(schema.shape).length > 0)
    .map((schema): [string, z.ZodMiniObject] => [page, schema]),
);

const options = { seed: 20_261_123, numRuns: 300 };
const hostile = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.constantFrom(
    '-1',
    '1e9',
    '99999999999999',
    'NaN',
    '2026-02-30',
    '2026-10-31',
    ',,,',
    'a,b,,a',
    '\0',
    '%',
    '"[]"',
    '__proto__',
  ),
  fc.integer().map(String),
);

test('every page that has an address has a schema here', () => {
  expect(schemas.length).toBeGreaterThanOrEqual(5);
});

describe.each(schemas)('%s', (_page, schema) => {
  const names = fc.oneof(fc.constantFrom(...Object.keys(schema.shape)), fc.string({ maxLength: 12 }));
  const address = fc.array(fc.tuple(names, hostile), { maxLength: 8 });

  test('reads any address without failing, and writes one that reads the same', () => {
    fc.assert(
      fc.property(address, (pairs) => {
        const search = `?${new URLSearchParams(pairs.map(([name, value]): [string, string] => [name.toWellFormed(), value.toWellFormed()]))}`;
        const read = schema.parse(parseSearch(search)) as Record<string, unknown>;
        const written = stringifySearch(read);
        expect(schema.parse(parseSearch(written))).toEqual(read);
        expect(Object.getPrototypeOf(read)).toBe(Object.prototype);
      }),
      options,
    );
  });

  test('reads any text at all', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(() => schema.parse(parseSearch(text))).not.toThrow();
      }),
      options,
    );
  });
});
