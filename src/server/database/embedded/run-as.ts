/**
 * Which user the server runs as. PostgreSQL refuses root, so under root it runs inside a user namespace where root
 * has another number (its files stay root's, closed folders stay reachable), or as the user the data belong to.
 */
import { chown, readFile, stat } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { StartupError } from '#server/config/startup-error.ts';
import { reasonOf, runCommand } from './command.ts';
import { notYours } from './folder-error.ts';

export interface Account {
  readonly uid: number;
  readonly gid: number;
}

export interface RunAs {
  /** Words before the program: each replaces itself with the next, so the process id is the server's. */
  readonly prefix: readonly string[];
  /** For `spawn`: the account to change to, where no prefix does. */
  readonly identity: Partial<Account>;
  /** Whom the data folder and the socket folder must belong to. */
  readonly owner: Account;
  /** Of the PostgreSQL that was tried. */
  readonly majorVersion: number;
}

const attemptScript = 'cd -- "$1" && : >x && rm x && exec "$2" --version';

type Candidate = Omit<RunAs, 'majorVersion'> & { readonly name: string };

/**
 * Takes the first way that can run `program` and write in `workshop`, an empty folder in `home`. Both become that
 * user's. Each way is really tried (about 6 ms).
 * @param dataOwner of existing data, which stay theirs where that is possible
 * @throws StartupError if there is no way, with what each one said
 */
export async function chooseRunAs(
  program: string,
  home: string,
  workshop: string,
  dataOwner?: Account,
): Promise<RunAs> {
  const refusals: string[] = [];
  for (const { name, ...candidate } of await candidates(dataOwner)) {
    for (const folder of [home, workshop]) await give(folder, candidate.owner);
    const attempt = await runCommand(
      [...candidate.prefix, 'sh', '-c', attemptScript, 'sh', workshop, program],
      candidate.identity,
    );
    const version = /\(PostgreSQL\) (\d+)/.exec(attempt.stdout)?.[1];
    if (attempt.code === 0 && version) return { ...candidate, majorVersion: Number(version) };
    refusals.push(`${name}: ${reasonOf(attempt)}`);
  }
  const reasons = refusals.join('; ');
  throw new StartupError(
    isRoot()
      ? `PostgreSQL does not run as root, and no other way works here (${reasons}): ` +
          'start as an ordinary user, or set DATABASE_URL to a PostgreSQL 15 or newer.'
      : `The bundled PostgreSQL does not run here (${reasons}): set DATABASE_URL to a PostgreSQL 15 or newer.`,
  );
}

/**
 * Makes a file, or a folder and all in it, belong to `owner`, where it does not already.
 * @throws StartupError if that takes root and we are not
 */
export async function give(path: string, owner: Account, wholly = false): Promise<void> {
  const current = (await stat(path)).uid;
  if (current === owner.uid) return;
  if (!isRoot()) throw notYours(path, current);
  if (!wholly) return chown(path, owner.uid, owner.gid);
  const outcome = await runCommand(['chown', '-R', `${owner.uid}:${owner.gid}`, path]);
  if (outcome.code !== 0) throw new StartupError(`${path} cannot be given to user ${owner.uid}: ${reasonOf(outcome)}.`);
}

const isRoot = (): boolean => process.getuid?.() === 0;

async function candidates(dataOwner: Account | undefined): Promise<Candidate[]> {
  const linux = process.platform === 'linux';
  const nobody = await unprivilegedAccount();
  const us: Account = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
  const direct: Candidate = { name: 'directly', prefix: [], identity: {}, owner: us };
  const namespace: Candidate = {
    name: 'in a user namespace',
    prefix: ['unshare', '--user', `--map-user=${nobody.uid}`, `--map-group=${nobody.gid}`],
    identity: {},
    owner: us,
  };
  if (!isRoot()) {
    // initdb insists on an account for its user, which a container's arbitrary uid has not
    return hasAccount() || !linux ? [direct] : [namespace, direct];
  }
  const other = dataOwner && dataOwner.uid !== 0 ? dataOwner : nobody;
  const switched: Candidate = { name: `as user ${other.uid}`, prefix: [], identity: other, owner: other };
  // one capability lets that user through closed folders; the bit lets access(2) see it, which initdb asks
  const switchedWithAccess: Candidate = {
    name: `as user ${other.uid} with access`,
    identity: {},
    owner: other,
    prefix: [
      'setpriv',
      `--reuid=${other.uid}`,
      `--regid=${other.gid}`,
      '--clear-groups',
      '--securebits=+no_setuid_fixup',
      '--inh-caps=+dac_override',
      '--ambient-caps=+dac_override',
    ],
  };
  if (!linux) return [switched];
  return other === dataOwner ? [switchedWithAccess, switched] : [namespace, switchedWithAccess, switched];
}

/** `nobody`, by whatever number this system gives it: initdb wants a user that has an account. */
async function unprivilegedAccount(): Promise<Account> {
  const accounts = await readFile('/etc/passwd', 'utf8').catch(() => '');
  const [, uid = 65534, gid = 65534] = /^nobody:[^:]*:(-?\d+):(-?\d+):/m.exec(accounts) ?? [];
  // macOS writes -2
  return { uid: Number(uid) >>> 0, gid: Number(gid) >>> 0 };
}

function hasAccount(): boolean {
  try {
    return userInfo().username !== '';
  } catch {
    return false;
  }
}
