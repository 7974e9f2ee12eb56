/** The one command. Each verb is a file of its own, loaded when it is asked for. */
import { Command } from 'commander';
import { endWith } from './output.ts';

const program = new Command('mathership')
  .description(
    'Report exports for restaurant groups: background jobs, their history, and files that prove themselves complete.',
  )
  .exitOverride((error) => {
    process.exit(error.exitCode === 0 ? 0 : 2);
  });

program
  .command('start')
  .description('everything in one process, with embedded database and object store where none is configured')
  .option('--demo', 'load the demo company into an empty database and offer its accounts', false)
  .action(async (options: { demo: boolean }) => (await import('./start.ts')).start(options));

program
  .command('migrate')
  .description('bring the schema of DATABASE_URL to the newest version')
  .action(async () => (await import('./migrate.ts')).runMigrate());

program.parseAsync().then(
  () => process.exit(0),
  (error: unknown) => endWith(error),
);
