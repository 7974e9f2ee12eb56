/** The one command. Each verb is a file of its own, loaded when it is asked for. */
import { Command, InvalidArgumentError, Option } from 'commander';
import { identityChanges } from '#contract/imports.ts';
import { reportTypes, fileFormats } from '#contract/reports.ts';
import { product } from '#server/config/product.ts';
import { endWith } from './output.ts';

const program = new Command('mathership')
  .description(
    'Report exports for restaurant groups: background jobs, their history, and files that prove themselves complete.',
  )
  .version(product.version, '--version', 'print the version')
  .configureHelp({ sortSubcommands: true });

const server = new Option('--server <url>', 'a server elsewhere, with MATHERSHIP_API_KEY');
const organization = new Option('--organization <name>', 'of an account that belongs to it alone');
const passphrase = new Option('--passphrase-file <file>', 'a file with the passphrase that seals the backup');
const json = new Option('--json', 'print JSON, for programs');

/** `250000`, `1M`, `10M`. */
function scaleOf(text: string): number {
  const match = /^(\d+(?:\.\d+)?)([kM]?)$/.exec(text);
  if (!match) throw new InvalidArgumentError('must be a number such as 1M');
  return Math.round(Number(match[1]) * (match[2] === 'M' ? 1_000_000 : match[2] === 'k' ? 1000 : 1));
}

program
  .command('start')
  .description('everything in one process, with embedded database and object store where none is configured')
  .option('--demo', 'load the demo company into an empty database and offer its accounts', false)
  .action(async (options: { demo: boolean }) => (await import('./start.ts')).start(options));

program
  .command('serve')
  .description('the page and the API alone')
  .action(async () => (await import('./serve.ts')).serve('serve'));

program
  .command('worker')
  .description('render exports alone')
  .action(async () => (await import('./serve.ts')).serve('work'));

program
  .command('migrate')
  .description('bring the schema of DATABASE_URL to the newest version')
  .action(async () => (await import('./migrate.ts')).runMigrate());

program
  .command('export')
  .description('create an export, wait for it, download it and verify its checksum')
  .requiredOption('--company <name>', 'name or id of the company')
  .addOption(new Option('--report <type>', 'report').choices(reportTypes).default('delivery_location'))
  .option('--saved <name>', 'a saved report, by its name, instead of report, filters and columns')
  .option('--from <date>', 'first day, YYYY-MM-DD; a saved report has its own')
  .option('--to <date>', 'last day, YYYY-MM-DD')
  .addOption(new Option('--format <format>', 'file format; csv, or that of the saved report').choices(fileFormats))
  .option('--filter <key=value...>', 'filters of the report, lists comma-separated')
  .option('--columns <keys>', 'columns, comma-separated and in order; all unless given')
  .requiredOption('--out <file>', 'where the ZIP goes')
  .option('--location <id...>', 'delivery locations; all unless given')
  .addOption(server)
  .addOption(json)
  .action(async (options) => (await import('./export.ts')).runExportCommand(options));

program
  .command('pack')
  .description('run a saved pack, wait for it, download it and prove it (exit status 1 also where it does not tie out)')
  .argument('<name>', 'name or id of the pack')
  .option('--month <month>', 'YYYY-MM; the period of the pack unless given')
  .option('--from <date>', 'first day, YYYY-MM-DD, instead of a month')
  .option('--to <date>', 'last day')
  .requiredOption('--out <file>', 'where the ZIP goes')
  .option('--organization <name>', 'name or id of the organization; all of yours unless given')
  .addOption(server)
  .addOption(json)
  .action(async (name: string, options) => (await import('./pack.ts')).runPackCommand(name, options));

program
  .command('notify')
  .description('be told by mail when an export that waits or runs has ended')
  .argument('<export>', 'its id')
  .option('--off', 'do not be told after all', false)
  .addOption(server)
  .addOption(json)
  .action(async (id: string, options) => (await import('./notify.ts')).runNotifyCommand(id, options));

program
  .command('import')
  .description('import a file, or the files of a folder, into a company, all or nothing')
  .argument('<path>', 'CSV, .xlsx or ZIP, or the folder where they are')
  .requiredOption('--company <name>', 'name or id of the company')
  .addOption(new Option('--profile <name...>', 'import profiles by which files are read that have none of our names'))
  .addOption(
    new Option('--date-order <order>', 'how days are written in those files, where a profile is not to say it').choices(
      ['ymd', 'dmy', 'mdy', 'profile'],
    ),
  )
  .option('--dry-run', 'check only')
  .option('--ignore-extra', 'skip columns that are not known')
  .option('--receipts-move-stock', 'accepted quantities of receipts become stock movements')
  .addOption(
    new Option('--other-vendor <what>', 'order numbers that another vendor uses').choices(['refuse', 'new_orders']),
  )
  .addOption(new Option('--change <what...>', 'what may change of what has been booked').choices([...identityChanges]))
  .addOption(server)
  .addOption(json)
  .action(async (folder: string, options) => (await import('./import.ts')).runImportCommand(folder, options));

program
  .command('demo')
  .description('load the demo company group beside what is there')
  .option('--seed <number>', 'another seed, another history', Number)
  .option('--months <number>', 'how long a history', Number)
  .option('--sites <number>', 'how many locations', Number)
  .option('--scale <lines>', 'as many receipt lines: 1M, 10M', scaleOf)
  .addOption(json)
  .action(async (options) => (await import('./demo.ts')).runDemo(options));

program
  .command('verify')
  .description('which export a file is, and whether a byte of it changed (exit status 0 unchanged, 1 not)')
  .argument('<file>', 'the ZIP, or a file out of it')
  .argument(
    '[changes]',
    'with [new], instead: whether the first file and its changes make the new one, without an installation',
  )
  .argument('[new]')
  .option('--key <file>', 'by the public key in this file alone, without an installation')
  .addOption(server)
  .addOption(json)
  .action(async (file: string, changes: string | undefined, next: string | undefined, options) =>
    changes === undefined
      ? (await import('./verify.ts')).runVerify(file, options)
      : (await import('./verify-changes.ts')).runVerifyChanges(file, changes, next, options),
  );

program
  .command('doctor')
  .description('check an installation, and say what to do about what is wrong')
  .option('--deep', 'check every invariant: files, checksums, projection, leftovers', false)
  .addOption(json)
  .action(async (options) => (await import('./doctor.ts')).runDoctor(options));

program
  .command('backup')
  .description('back up the embedded database and its files, while it runs or not')
  .argument('<to>', 'a new file (….tar.gz or ….tar), or a folder to make one in')
  .addOption(passphrase)
  .action(async (to: string, options) => (await import('./backup.ts')).runBackup(to, options));

program
  .command('restore')
  .description('restore a backup into an empty DATA_DIR')
  .argument('<from>', 'the file, or a folder of backups: the newest of them')
  .addOption(passphrase)
  .action(async (from: string, options) => (await import('./restore.ts')).runRestore(from, options));

program
  .command('hold-deliveries')
  .description('after DATABASE_URL was restored by its own means: nothing goes out by itself until somebody has looked')
  .action(async () => (await import('./hold-deliveries.ts')).runHoldDeliveries());

program
  .command('password-reset')
  .description('make a link with which a person chooses a new password; it is printed alone on the last line')
  .requiredOption('--user <email>', 'whose password')
  .addOption(organization)
  .addOption(json)
  .action(async (options) => (await import('./person.ts')).makeResetLink(options));

const factors = program.command('second-factor').description('Second factors');
factors
  .command('remove')
  .description('for a person who has lost phone and recovery codes: the password alone signs in again')
  .requiredOption('--user <email>', 'whose second factor')
  .addOption(organization)
  .addOption(json)
  .action(async (options) => (await import('./person.ts')).removeFactor(options));

const keys = program.command('api-key').description('API keys');
keys
  .command('create')
  .description('make a key for a person; it is printed alone on the last line')
  .requiredOption('--user <email>', 'whose key')
  .addOption(organization)
  .requiredOption('--name <text>', 'what it is for')
  .addOption(json)
  .action(async (options) => (await import('./api-key.ts')).createKey(options));

const schedules = program.command('schedules').description('what goes out by itself');
const company = new Option('--company <name>', 'name or id of the company').makeOptionMandatory();
schedules
  .command('list')
  .description('every schedule of a company, with its next and its last')
  .addOption(company)
  .addOption(server)
  .addOption(json)
  .action(async (options) => (await import('./schedules.ts')).listSchedulesCommand(options));
schedules
  .command('run')
  .description('make an occurrence now, and wait until it has been sent')
  .addOption(company)
  .requiredOption('--schedule <name>', 'name or id of the schedule')
  .option('--occurrence <date>', 'YYYY-MM-DD; today unless given')
  .addOption(server)
  .addOption(json)
  .action(async (options) => (await import('./schedules.ts')).runScheduleCommand(options));

for (const command of [program, ...program.commands, ...keys.commands, ...schedules.commands, ...factors.commands]) {
  // 2 is wrong usage; help that was asked for is not
  command.exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));
}

program.parseAsync().then(
  () => process.exit(),
  (error: unknown) => endWith(error),
);
