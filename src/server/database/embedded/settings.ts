/**
 * How the embedded server is set, for one machine that also runs the application: durable, quick to start,
 * reachable only through its socket folder. Passed at every start, so a data folder never keeps old settings.
 */
import { statfsSync } from 'node:fs';
import { totalmem } from 'node:os';

const mebibyte = 1024 * 1024;

/** Bytes this process may use: the container's limit where there is one. */
function memoryBytes(): number {
  const limit = process.constrainedMemory();
  return limit > 0 ? Math.min(limit, totalmem()) : totalmem();
}

/** Containers often have 64 MB, where a parallel query of ours ends with "no space left". */
function sharedMemoryIsSmall(): boolean {
  try {
    const { blocks, bsize } = statfsSync('/dev/shm');
    return blocks * bsize < 512 * mebibyte;
  } catch {
    return false;
  }
}

export interface PlaceSettings {
  readonly socketFolder: string;
  /** Stands in the title of every server process, so that leftovers are recognised. */
  readonly instance: string;
}

/** Postgres settings by name; `overrides` win, except over where the server listens. */
export function serverSettings(place: PlaceSettings, overrides: Record<string, string> = {}): Record<string, string> {
  const memoryMiB = Math.floor(memoryBytes() / mebibyte);
  return {
    shared_buffers: `${Math.max(32, Math.min(256, Math.floor(memoryMiB / 8)))}MB`,
    effective_cache_size: `${Math.max(128, Math.floor(memoryMiB / 2))}MB`,
    maintenance_work_mem: memoryMiB >= 4096 ? '128MB' : '64MB',
    work_mem: memoryMiB >= 4096 ? '16MB' : '8MB',
    max_connections: '100',
    jit: 'off',
    random_page_cost: '1.1',
    // no replica ever follows an embedded server: a table filled in the transaction that made or emptied it skips the
    // log (a million rows: 3.8 s, with `replica` 5.1 s; 2026-11)
    wal_level: 'minimal',
    max_wal_senders: '0',
    max_logical_replication_workers: '0',
    max_wal_size: '2GB',
    checkpoint_timeout: '15min',
    client_connection_check_interval: '2s',
    ...(sharedMemoryIsSmall() ? { dynamic_shared_memory_type: 'mmap' } : {}),
    log_checkpoints: 'off',
    log_line_prefix: '%m [%p] %e ',
    lc_messages: 'C',
    timezone: 'UTC',
    log_timezone: 'UTC',
    ...overrides,
    listen_addresses: '',
    port: '5432',
    unix_socket_directories: `"${place.socketFolder}"`,
    unix_socket_permissions: '0700',
    cluster_name: place.instance,
  };
}

/** The same as arguments of the `postgres` program. */
export const settingArguments = (settings: Record<string, string>): string[] =>
  Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
