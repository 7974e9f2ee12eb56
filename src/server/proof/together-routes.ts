/**
 * Several exports downloaded together. Each of them is proven at the click and again when the file is asked for: the
 * rights in its company, that it is made, and that its file is there; a refusal names the one it is about. Access that
 * is lost while the bytes are on their way ends them, and each export has its entry in the audit log.
 */
import { Readable } from 'node:stream';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { type DownloadLink, togetherMax } from '#contract/export-jobs.ts';
import { type FieldError, invalidField, ProductError } from '#contract/errors.ts';
import { audit, type Origin } from '#server/access/audit.ts';
import { type FinancialView, requireTogether } from '#server/access/decide.ts';
import { originOf, principalOf } from '#server/access/guard.ts';
import type { Database } from '#server/database/database.ts';
import { downloadableFile } from '#server/exports/downloads.ts';
import { asJobId } from '#server/exports/job-id.ts';
import { jobRows, type SelectedJob } from '#server/exports/job-view.ts';
import { linkSchema } from '#server/exports/schemas.ts';
import type { App } from '#server/http/app-type.ts';
import { answers, queryList } from '#server/http/input.ts';
import type { StandingProofs } from '#server/live/standing-proofs.ts';
import { auditFacts } from '#server/reports/audit-facts.ts';
import { attachment } from '#server/storage/disposition.ts';
import type { ObjectStore } from '#server/storage/store.ts';
import type { ManifestSigner } from './signing-key.ts';
import { zipOf } from './together.ts';

export interface TogetherRoutesOptions {
  readonly db: Database;
  readonly store: ObjectStore;
  readonly proofs: StandingProofs;
  readonly signer: ManifestSigner;
  /** The address people use; absent: the one each request came to. */
  readonly publicUrl: string | undefined;
}

interface Chosen {
  readonly view: FinancialView;
  readonly jobs: readonly SelectedJob[];
}

const url = '/api/v1/export-jobs/download';
const tags = ['Export jobs'];
/** Looked up in the store side by side. */
const lookedUpAtOnce = 10;

export function togetherRoutes(app: App, options: TogetherRoutesOptions): void {
  const { db, store, proofs, signer, publicUrl } = options;
  const asked = new WeakMap<FastifyRequest, Chosen>();

  /** All that is asked for is proven here, before anything else of the input is looked at; one of the companies. */
  async function company(request: FastifyRequest): Promise<string> {
    const ids = idsOf(request);
    const rows = await jobRows(db)
      .where(
        'j.id',
        'in',
        ids.map((id) => asJobId(id) ?? noId),
      )
      .execute();
    const known = new Map(rows.map((row) => [row.id, row]));
    const wanted = ids.map((id, at) => ({ field: `ids.${at}`, companyIds: companiesOf(known.get(id)) }));
    const view = await requireTogether(db, principalOf(request), 'view_financials', wanted);
    const jobs = ids.flatMap((id) => known.get(id) ?? []);
    asked.set(request, { view, jobs });
    return jobs[0]?.company_id ?? '';
  }
  const access = { capability: 'view_financials', company } as const;

  async function chosen(request: FastifyRequest): Promise<Chosen> {
    const found = asked.get(request);
    if (!found) throw new Error('the guard has proven nothing');
    await refuseMissing(store, found.jobs);
    return found;
  }

  app.post(
    url,
    {
      config: { access },
      schema: {
        tags,
        summary: 'An address at which several exports can be downloaded together, as one ZIP',
        body: z.strictObject({ ids: z.array(z.string()).min(1, 'must not be empty').max(togetherMax, tooMany) }),
        response: answers({ 200: linkSchema }, 400, 401, 403, 404, 409, 410),
      },
    },
    async (request): Promise<DownloadLink> => {
      const { jobs } = await chosen(request);
      const origin = publicUrl ?? `${request.protocol}://${request.host}`;
      return {
        download_url: `${origin}${url}?ids=${jobs.map(({ id }) => id).join(',')}`,
        expires_in_seconds: Math.min(...jobs.map((job) => downloadableFile(job).lifeSeconds)),
        filename: nameNow(new Date()),
      };
    },
  );

  app.get(
    url,
    {
      config: { access },
      schema: {
        tags,
        summary: 'Several exports in one ZIP, with an index and a signed manifest over all',
        querystring: z.strictObject({ ids: queryList.describe(`At most ${togetherMax}.`) }),
        response: answers({}, 400, 401, 403, 404, 409, 410),
      },
    },
    async (request, reply) => {
      const { view, jobs } = await chosen(request);
      const at = new Date();
      const companies = new Map(view.companies.map((each) => [each.id, each]));
      const body = Readable.from(zipOf({ jobs, companies, requestedBy: view.principal.name, at }, store, signer), {
        objectMode: false,
      });
      const proof = proofs.hold(view, () => body.destroy(new Error('access was lost')));
      body.once('close', () => proof.release());
      // what was lost between the guard's proof and here was announced to nobody
      await proof.renew();
      if (body.destroyed) throw new ProductError('company_access_denied', 'You no longer have access to this company.');
      await told(db, view, originOf(request), jobs).catch((error: unknown) => {
        // nothing leaves that is not written down
        body.destroy();
        throw error;
      });
      return reply
        .header('content-disposition', attachment(nameNow(at)))
        .header('cache-control', 'private, no-store')
        .header('x-content-type-options', 'nosniff')
        .type('application/zip')
        .send(body);
    },
  );
}

/** Of a pack, every one that it has something of. */
const companiesOf = (job: SelectedJob | undefined): string[] => job?.pack_companies ?? [job?.company_id ?? ''];

const noId = '00000000-0000-0000-0000-000000000000';
const tooMany = `must have at most ${togetherMax} members`;
const nameNow = (at: Date): string => `exports_${at.toISOString().slice(0, 10)}.zip`;

/** In the order they were asked for, each once. */
function idsOf(request: FastifyRequest): string[] {
  const given = ((request.method === 'POST' ? request.body : request.query) as { ids?: unknown } | null)?.ids;
  const list = Array.isArray(given) ? given : typeof given === 'string' && request.method !== 'POST' ? [given] : [];
  const texts = list.flatMap((one) => (request.method === 'POST' ? one : String(one).split(',')) as unknown);
  const at = texts.findIndex((one) => typeof one !== 'string');
  if (at >= 0) throw invalidField(`ids.${at}`, 'must be a text');
  const ids = [...new Set((texts as string[]).map((one) => one.trim()).filter((one) => one !== ''))];
  if (ids.length === 0) throw invalidField('ids', 'must be a list of ids of exports');
  if (ids.length > togetherMax) throw invalidField('ids', tooMany);
  return ids;
}

/** @throws ProductError not_ready, file_expired or no_file, with every export that it is about. */
async function refuseMissing(store: ObjectStore, jobs: readonly SelectedJob[]): Promise<void> {
  const refused: { readonly error: ProductError; readonly field: FieldError }[] = [];
  const refuse = (at: number, error: ProductError): void =>
    void refused.push({ error, field: { field: `ids.${at}`, message: `${jobs[at]?.id}: ${error.message}` } });
  const look = async (job: SelectedJob, at: number): Promise<void> => {
    try {
      const { key } = downloadableFile(job);
      if ((await store.head(key)) === null) {
        refuse(at, new ProductError('no_file', 'This export has no file any more. Run it again.'));
      }
    } catch (error) {
      if (!(error instanceof ProductError)) throw error;
      refuse(at, error);
    }
  };
  for (let from = 0; from < jobs.length; from += lookedUpAtOnce) {
    await Promise.all(jobs.slice(from, from + lookedUpAtOnce).map((job, n) => look(job, from + n)));
  }
  const [first] = refused;
  if (!first) return;
  const n = refused.length;
  throw new ProductError(
    first.error.code,
    `${n === 1 ? 'One of these exports has' : `${n} of these exports have`} no file to download, so nothing was downloaded. Leave out what is named, or run it again.`,
    { fields: refused.map(({ field }) => field) },
  );
}

/** Each of them, or none. */
const told = (db: Database, view: FinancialView, origin: Origin, jobs: readonly SelectedJob[]): Promise<void> =>
  db.transaction().execute(async (tx) => {
    for (const job of jobs) {
      const company = view.companies.find(({ id }) => id === job.company_id);
      await audit(tx, view.principal, origin, {
        action: 'export.downloaded',
        companyId: job.company_id,
        organizationId: company?.organizationId ?? null,
        subjectType: 'export_job',
        subjectId: job.id,
        details: { ...auditFacts(job), together: jobs.length },
      });
    }
  });
