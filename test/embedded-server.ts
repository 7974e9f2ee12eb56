/**
 * A program that owns an embedded Postgres, for tests that kill it: `node embedded-server.ts DATA_DIR`.
 * Says one JSON line when it is ready, or why it is not; stops in order at SIGTERM.
 */
import { startEmbeddedPostgres } from '#server/database/embedded/embedded.ts';

const [, , dataDir = ''] = process.argv;
const log: string[] = [];
const say = (line: object): void => void process.stdout.write(`${JSON.stringify(line)}\n`);

try {
  const server = await startEmbeddedPostgres({
    dataDir,
    log: (line) => log.push(line),
    settings: { fsync: 'off', shared_buffers: '32MB' },
  });
  process.once('SIGTERM', () => void server.stop());
  say({ url: server.url, log });
} catch (error) {
  say({ refused: `${error as Error}`, log });
}
