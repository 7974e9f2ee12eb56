/** F5: the disk of the embedded store is full. A worker gets a small one of its own where the system lets it be mounted. */
import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FaultSite, startFaultSite } from './fault-site.ts';

/** As the shell takes it: everything after it is run on a small disk. */
function smallDisk(): { kind: string; prefix: string[] } {
  const mount = 'mount -t tmpfs -o size=6m tmpfs "$DATA_DIR"';
  const namespaces = [
    ['unshare', '--mount'],
    ['unshare', '--user', '--map-root-user', '--mount'],
  ];
  for (const words of namespaces) {
    const trial = ['sh', '-c', 'mount -t tmpfs -o size=6m tmpfs /mnt'];
    if (spawnSync('env', [...words, ...trial]).status === 0)
      return { kind: 'a disk of 6 MB', prefix: [...words, 'sh', '-c', `${mount} && exec "$@"`, 'sh'] };
  }
  // nothing may be mounted here: the system itself refuses to let any file grow beyond the limit
  return { kind: 'files of 4 MB at most', prefix: ['sh', '-c', 'ulimit -f 8192; exec "$@"', 'sh'] };
}

const disk = smallDisk();
let site: FaultSite;
let large: string;

beforeAll(async () => {
  site = await startFaultSite({ store: 'embedded', environment: { LOG_LEVEL: 'silent' } });
  large = await site.addCompany({ lines: 8000, textBytes: 2048 });
});
afterAll(() => site.close());

describe(`a full disk (${disk.kind})`, () => {
  it('fails the export with a sentence, keeps nothing of it, and harms nothing else', async () => {
    await site.worker({}, disk.prefix);
    // the second one finds the room that the first one had taken
    for (const date_from of ['2026-01-01', '2026-01-02']) {
      const job = await site.finished((await site.create({ company_id: large, date_from })).id);
      expect(job).toMatchObject({
        status: 'failed',
        attempt: 1,
        error: {
          code: 'disk_full',
          message: expect.stringMatching(/^There was no space left to make the file\. Tell whoever/),
        },
      });
    }
    expect((await site.finished((await site.create()).id)).status).toBe('completed');
    const { status, body } = await site.ask<{ total: number }>('GET', `/api/v1/export-jobs?company_id=${large}`);
    expect([status, body.total]).toEqual([200, 2]);
  });
});
