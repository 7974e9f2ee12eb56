/**
 * `npm run cluster`: the product on a cluster of Debian's packages that loses its leader ten times, has it frozen, and is
 * restarted part by part; first with synchronous commits, then without. Ends with 1 if a promise was broken.
 * `-- --kills 3`, `-- --only synchronous` (or asynchronous), `-- --seed 2`.
 */
import { parseArgs } from 'node:util';
import { missingForCluster } from '#test/cluster/patroni.ts';
import { type TrialReport, runTrial } from '#test/cluster/trial.ts';
import { swiftIsInstalled } from '#test/real/debian-swift.ts';

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '10' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string' },
  },
});
const missing = missingForCluster();
if (missing.length > 0 || !swiftIsInstalled()) {
  console.error(`Missing: ${[...missing, ...(swiftIsInstalled() ? [] : ['OpenStack Swift'])].join(', ')}. On Debian:`);
  console.error('  apt-get install --no-install-recommends postgresql patroni etcd-server haproxy openssl procps \\');
  console.error('    swift-proxy swift-account swift-container swift-object memcached');
  process.exit(2);
}

function tell(report: TrialReport): boolean {
  const line = (name: string, value: string | number): void => console.log(`${name.padEnd(28)} ${value}`);
  const middle = (of: number[]): string =>
    `p50 ${of.toSorted((a, b) => a - b)[Math.floor(of.length / 2)]?.toFixed(1)} s, max ${Math.max(...of).toFixed(1)} s`;
  const leaders = report.outages.filter(({ what }) => what.startsWith('leader'));
  console.log(`\n${report.doctor}`);
  line('exports asked for', report.asked);
  line(
    'asked again after',
    Object.entries(report.refused)
      .map(([what, n]) => `${what} (${n})`)
      .join(', ') || 'nothing',
  );
  line('answered 201, then unknown', report.lost);
  line('stuck', report.stuck);
  line('completed, failed', `${report.completed}, ${report.failed}`);
  line('files verified', `${report.filesVerified}, ${report.fromReplica} read from a standby`);
  line('states missed by events', `${report.missed} (${report.resyncs} resyncs)`);
  line('without a create, by leader', middle(leaders.map(({ withoutCreate }) => withoutCreate)));
  line('without an export, by leader', middle(leaders.map(({ withoutExport }) => withoutExport)));
  line('doctor --deep', report.well ? 'well' : 'NOT WELL');
  return report.stuck === 0 && report.missed === 0 && report.well && report.filesVerified === report.completed;
}

const interrupted = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => interrupted.abort());

let kept = true;
for (const mode of ['synchronous', 'asynchronous']) {
  if (values.only !== undefined && values.only !== mode) continue;
  const synchronous = mode === 'synchronous';
  const report = await runTrial({
    synchronous,
    kills: Number(values.kills),
    seed: Number(values.seed),
    say: (line) => console.log(line),
    signal: interrupted.signal,
  });
  // what no standby had is gone with its leader; that is the price of not waiting, and is counted
  kept = tell(report) && (report.lost === 0 || !synchronous) && kept;
}
console.log(kept ? 'every promise kept' : 'A PROMISE WAS BROKEN');
process.exit(kept ? 0 : 1);
