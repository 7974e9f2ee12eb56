/**
 * `node scripts/schema.ts`: the schema as it stands after all migrations, read from the catalogue of a database that they
 * have just made, into `src/server/database/schema.sql`: to be read, never run. `--check` (part of `npm run verify`) fails
 * where the file is of other migrations.
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { connectAlone, type Connection } from '#server/database/connection.ts';
import { startEmbeddedPostgres } from '#server/database/embedded/embedded.ts';
import { migrate } from '#server/migrate.ts';

const root = join(import.meta.dirname, '..');
const file = join(root, 'src/server/database/schema.sql');

const head = `-- The schema after all migrations, to be read in one place. Made by \`node scripts/schema.ts\`; \`npm run verify\` fails where it
-- is of other migrations. Changes go into a new file of migrations/. Left out: the engine's own schema (pgboss), what
-- keep_versions() makes for each table that has versions (its triggers, <table>_past with died_version, the view
-- as_of.<table>), and the bodies of functions.
`;

const tables = `
  SELECT c.oid, c.relname AS name, obj_description(c.oid) AS about,
    c.relkind = 'p' AS is_partitioned,
    EXISTS (SELECT FROM pg_class p WHERE p.relname = c.relname || '_past' AND p.relnamespace = c.relnamespace) AS has_versions
  FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
    AND NOT EXISTS (SELECT FROM pg_class t WHERE t.relnamespace = c.relnamespace AND t.relname || '_past' = c.relname)
  ORDER BY c.relname`;

const columns = `
  SELECT quote_ident(attname) || ' ' || format_type(atttypid, atttypmod)
    || CASE WHEN attidentity <> '' THEN ' GENERATED ' || CASE attidentity WHEN 'a' THEN 'ALWAYS' ELSE 'BY DEFAULT' END || ' AS IDENTITY'
            WHEN attgenerated = 's' THEN ' GENERATED ALWAYS AS ' || pg_get_expr(d.adbin, d.adrelid) || ' STORED'
            WHEN attgenerated = 'v' THEN ' GENERATED ALWAYS AS ' || pg_get_expr(d.adbin, d.adrelid)
            WHEN d.adbin IS NOT NULL THEN ' DEFAULT ' || pg_get_expr(d.adbin, d.adrelid) ELSE '' END
    || CASE WHEN attnotnull THEN ' NOT NULL' ELSE '' END AS line
  FROM pg_attribute LEFT JOIN pg_attrdef d ON d.adrelid = attrelid AND d.adnum = attnum
  WHERE attrelid = $1 AND attnum > 0 AND NOT attisdropped ORDER BY attnum`;

const constraints = `
  SELECT 'CONSTRAINT ' || quote_ident(conname) || ' ' || pg_get_constraintdef(oid) AS line
  FROM pg_constraint WHERE conrelid = $1 AND contype <> 'n' ORDER BY array_position('{p,u,x,c,f}'::"char"[], contype), conname`;

const indexes = `
  SELECT pg_get_indexdef(indexrelid) || ';' AS line FROM pg_index
  WHERE indrelid = $1 AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid) ORDER BY indexrelid::regclass::text`;

const triggers = `
  SELECT pg_get_triggerdef(oid) || ';' || CASE tgenabled WHEN 'A' THEN ' -- always' WHEN 'D' THEN ' -- disabled' ELSE '' END AS line
  FROM pg_trigger WHERE tgrelid = $1 AND NOT tgisinternal AND tgname NOT LIKE 'version_%' ORDER BY tgname`;

const views = `
  SELECT 'CREATE VIEW ' || relname || ' AS' || E'\\n' || pg_get_viewdef(oid, true) AS line
  FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'v' ORDER BY relname`;

const functions = `
  SELECT p.proname || '(' || pg_get_function_arguments(p.oid) || ') -> ' || pg_get_function_result(p.oid) || ', ' || l.lanname
    || CASE p.provolatile WHEN 'i' THEN ', immutable' WHEN 's' THEN ', stable' ELSE '' END || CASE WHEN p.prosecdef THEN ', security definer' ELSE '' END AS line
  FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang WHERE p.pronamespace = 'public'::regnamespace
    AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e') ORDER BY 1`;

interface Table {
  readonly oid: string;
  readonly name: string;
  readonly about: string | null;
  readonly is_partitioned: boolean;
  readonly has_versions: boolean;
}

async function schemaOf(client: Connection): Promise<string> {
  const lines = async (select: string, values: readonly unknown[] = []): Promise<string[]> =>
    (await client.query<{ line: string }>(select, [...values])).rows.map(({ line }) => line.replaceAll('public.', ''));
  const parts = [head];
  const { rows } = await client.query<Table>(tables);
  for (const { oid, name, about, has_versions: hasVersions, is_partitioned: isPartitioned } of rows) {
    const inside = [...(await lines(columns, [oid])), ...(await lines(constraints, [oid]))];
    const notes = [about, hasVersions && 'has versions', isPartitioned && 'partitioned'].filter(Boolean).join('; ');
    const beside = [...(await lines(indexes, [oid])), ...(await lines(triggers, [oid]))];
    parts.push(
      [...(notes ? [`-- ${notes}`] : []), `CREATE TABLE ${name} (\n  ${inside.join(',\n  ')}\n);`, ...beside, ''].join(
        '\n',
      ),
    );
  }
  parts.push(...(await lines(views)).map((view) => `${view}\n`));
  parts.push(['-- Functions', ...(await lines(functions)).map((line) => `-- ${line}`), ''].join('\n'));
  return parts.join('\n');
}

const dataDir = await mkdtemp(join(tmpdir(), 'mathership-schema-'));
const postgres = await startEmbeddedPostgres({ dataDir });
try {
  await migrate({ url: postgres.url });
  const client = await connectAlone({ url: postgres.url, applicationName: 'mathership schema' });
  const schema = await schemaOf(client);
  await client.end();
  if (!process.argv.includes('--check')) await writeFile(file, schema);
  else if (schema !== (await readFile(file, 'utf8').catch(() => ''))) {
    console.error(`${relative(root, file)} is of other migrations: run node scripts/schema.ts`);
    process.exitCode = 1;
  }
} finally {
  await postgres.stop();
  await rm(dataDir, { recursive: true, force: true });
}
