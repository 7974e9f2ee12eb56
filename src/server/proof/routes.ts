/**
 * The proof over HTTP: the public keys, for whoever wants to check for themselves, and the check itself for anybody
 * signed in. Which export a file is, only those learn who may view the financials of its company.
 */
import type { IncomingMessage } from 'node:http';
import { z } from 'zod';
import { ProductError } from '#contract/errors.ts';
import type { Verification } from '#contract/verification.ts';
import { grantEverywhere } from '#server/access/decide.ts';
import { personOf, principalOf } from '#server/access/guard.ts';
import type { Database } from '#server/database/database.ts';
import { AtOnce } from '#server/http/at-once.ts';
import { answers } from '#server/http/input.ts';
import type { App } from '#server/http/app-type.ts';
import { spool } from '#server/http/spool.ts';
import { type Pace, slowestPace } from '#server/http/steady.ts';
import { exportRecords } from './export-records.ts';
import { knownKeys, servedKey } from './known-keys.ts';
import { keySetSchema, verificationSchema } from './schemas.ts';
import { type VerifyingKey, pemOf } from './signing-key.ts';
import { verifyFile } from './verify-file.ts';

export interface ProofRoutesOptions {
  readonly db: Database;
  /** What this installation signs with now. */
  readonly signer: VerifyingKey;
  /** Where received files are while they are looked at; on a disk with room for `atOnceMax` of the largest. */
  readonly folder: string;
  /** Of one file. */
  readonly bytesMax: number;
  /** A sender that is slower is given up. */
  readonly pace?: Pace;
  /** Files being looked at in this process; 8 unless given, and two of one person. */
  readonly atOnceMax?: number;
}

const tags = ['Proof'];
const mediaTypes = ['application/octet-stream', 'application/zip'];
const ownAtOnceMax = 2;

export function proofRoutes(app: App, options: ProofRoutesOptions): void {
  const { db, signer, folder, bytesMax } = options;
  keyRoutes(app, options);
  // looking at a file costs disk and time
  const guests = new AtOnce({
    perPerson: ownAtOnceMax,
    perProcess: options.atOnceMax ?? 8,
    what: 'files being verified',
  });
  void app.register(async (scope: App) => {
    scope.removeAllContentTypeParsers();
    // the body is read by the route, as it comes
    scope.addContentTypeParser(mediaTypes, (_request, payload, done) => done(null, payload));
    scope.post(
      '/api/v1/verify',
      {
        config: { access: 'signed-in', longBody: true },
        bodyLimit: Number.MAX_SAFE_INTEGER,
        schema: {
          tags,
          summary: 'Which export a file is, and whether a byte of it changed',
          description:
            'The file itself as the body, `application/octet-stream`: an exported ZIP, or a file out of one. It is not kept.',
          querystring: z.strictObject({
            filename: z.string().max(400).optional().describe('Chooses among exports that hold the same bytes.'),
          }),
          response: answers({ 200: verificationSchema }, 400, 401, 413, 415, 429, 507),
        },
      },
      async (request): Promise<Verification> => {
        if (!(request.body as unknown)) throw new ProductError('invalid_input', 'Send the file as the body.');
        if (Number(request.headers['content-length'] ?? 0) > bytesMax) throw tooLarge(bytesMax);
        const principal = principalOf(request);
        return guests.while(personOf(principal), async () => {
          const limits = { bytesMax, pace: options.pace ?? slowestPace, tooLarge };
          const spooled = await spool(request.body as IncomingMessage, folder, limits);
          try {
            return await verifyFile(
              { source: spooled.source, sha256: spooled.sha256, name: request.query.filename ?? null },
              {
                keys: await knownKeys(db),
                currentKeyId: signer.keyId,
                records: exportRecords(db, await grantEverywhere(db, principal, 'view_financials')),
              },
            );
          } finally {
            await spooled.close();
          }
        });
      },
    );
  });
}

function keyRoutes(app: App, { db, signer }: ProofRoutesOptions): void {
  app.get(
    '/api/v1/signing-keys',
    {
      config: { access: 'public' },
      schema: {
        tags,
        summary: 'The public keys of manifests, as a JSON Web Key Set',
        description: 'The newest first. Every key that manifests were ever signed with and that was not struck off.',
        response: answers({ 200: keySetSchema }),
      },
    },
    async () => ({ keys: (await knownKeys(db)).map((key) => servedKey(key, signer.keyId)) }),
  );
  app.get(
    '/api/v1/signing-keys/current.pem',
    {
      config: { access: 'public' },
      schema: { tags, summary: 'The public key that manifests are signed with now, as PEM' },
    },
    (_request, reply) =>
      reply
        .type('application/x-pem-file')
        .serializer((payload: unknown) => String(payload))
        .send(pemOf(signer.publicKey)),
  );
}

const tooLarge = (bytesMax: number): ProductError =>
  new ProductError(
    'too_large',
    `Files of more than ${Math.floor(bytesMax / 1_000_000).toLocaleString('en')} MB are not taken here. ` +
      'Verify it with the public key, on the machine where it is: mathership verify FILE --key KEYFILE.',
  );
