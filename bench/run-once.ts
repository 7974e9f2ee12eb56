/**
 * One measurement in a process of its own, so that its peak memory is its own: prints one line of JSON.
 * `node bench/run-once.ts copy|csv|pdf|xlsx URL COMPANY FROM TO [FOLDER]`; `copy` reads the same rows and throws them away.
 */
import { join } from 'node:path';
import { type Principal, requireCapability } from '#server/access/decide.ts';
import { connectAlone } from '#server/database/connection.ts';
import { DatabasePool } from '#server/database/database.ts';
import { copyOut } from '#server/database/copy-out.ts';
import { loadAllFormats } from '#server/renderers/formats.ts';
import { selectPart } from '#server/reports/statement.ts';
import { findReport } from '#server/reports/registry.ts';
import { resolveScope } from '#server/reports/scope.ts';
import { openSnapshot } from '#server/reports/snapshot.ts';
import { ManifestSigner, signingSeedOf } from '#server/proof/signing-key.ts';
import { EmbeddedStore } from '#server/storage/embedded-store.ts';
import { writeExport } from '#server/worker/write-export.ts';
import type { FileFormat } from '#contract/reports.ts';

const [what = 'copy', url = '', companyId = '', from = '', to = '', folder = ''] = process.argv.slice(2);
const definition = findReport('delivery_location');
if (!definition) throw new Error('no report');
const pool = new DatabasePool({ url, connectionsMax: 2 });
const operator: Principal = { userId: null, name: 'Bench', email: '', via: 'operator', credentialId: null };
const { company } = await requireCapability(pool.db, operator, 'view_financials', companyId);
const scope = await resolveScope(pool.db, company, { definition, from, to, filters: {} });
const client = await connectAlone({ url });
const second = await connectAlone({ url });
let rows = 0;
let bytes = 0;
// as a worker's threads do before their first export
await loadAllFormats();
const cpuBefore = process.cpuUsage();
const started = performance.now();
if (what === 'copy') {
  const snapshot = await openSnapshot(client);
  const parts = (await definition.parts?.(scope, snapshot.read)) ?? [definition.table(scope)];
  for (const part of parts) {
    for await (const batch of copyOut(client, selectPart(definition, scope, part), 'csv')) {
      rows += batch.count;
      bytes += batch.bytes.length;
    }
  }
} else {
  const store = new EmbeddedStore({ kind: 'embedded', folder, secret: 'x'.repeat(40), baseUrl: () => '' });
  const result = await writeExport(
    {
      jobId: 'bench',
      attempt: 1,
      reportType: 'delivery_location',
      fileFormat: what as FileFormat,
      options: {},
      scope,
      requestedBy: 'Bench',
      requestedAt: new Date().toISOString(),
      fileKey: `exports/${companyId}/01a00000-0000-7000-8000-000000000000/1.zip`,
    },
    {
      store,
      signer: new ManifestSigner(signingSeedOf('x'.repeat(40))),
      client,
      beside: () => Promise.resolve(second),
      signal: new AbortController().signal,
      onCounted: () => undefined,
      onRows: () => undefined,
    },
  );
  rows = result.rowCount;
  bytes = result.fileSize;
}
const seconds = (performance.now() - started) / 1000;
const cpu = process.cpuUsage(cpuBefore);
console.log(
  JSON.stringify({
    what,
    rows,
    bytes,
    seconds,
    cpuSeconds: (cpu.user + cpu.system) / 1e6,
    peakMegabytes: Math.round(process.resourceUsage().maxRSS / 1024),
    folder: join(folder),
  }),
);
await client.end();
await second.end();
await pool.close();
