/**
 * Every setting of the product, read from the environment once and checked at start. Nothing else reads process.env.
 */
import { formats, type Making, type RowLimits } from '#contract/formats.ts';
import { resolve } from 'node:path';
import { z } from 'zod';
import { readSignInSettings, type SignInSettings, signInEnvironment } from './sign-in-settings.ts';
import { StartupError } from './startup-error.ts';

const flag = z.enum(['true', 'false', '1', '0', '']).transform((text) => text === 'true' || text === '1');
const url = z.url({ protocol: /^https?$/ }).transform((text) => text.replace(/\/+$/, ''));
const postgresUrl = z.string().regex(/^postgres(ql)?:\/\//, 'must start with postgresql://');
const count = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d+$/, 'must be a whole number')
    .transform(Number)
    .refine((n) => n >= min && n <= max, `must be from ${min} to ${max}`);

const environment = z.object({
  HOST: z.string().min(1).default('127.0.0.1'),
  PORT: count(0, 65_535).default(3000),
  DATA_DIR: z.string().min(1).default('.data'),
  DATABASE_URL: postgresUrl.optional(),
  REPORTS_DATABASE_URL: postgresUrl.optional(),
  S3_BUCKET: z.string().min(1).optional(),
  S3_ENDPOINT: url.optional(),
  S3_REGION: z.string().min(1).optional(),
  S3_PUBLIC_ENDPOINT: url.optional(),
  PUBLIC_URL: url.optional(),
  AUTH_SECRET: z.string().min(32, 'must have at least 32 characters').optional(),
  WORKER_CONCURRENCY: count(1, 64).default(2),
  EXPORT_RETENTION_DAYS: count(1, 3650).default(30),
  EXPORT_ROWS_RETENTION_DAYS: count(1, 36_500).default(1095),
  EXPORT_UNFINISHED_MAX: count(1, 1_000_000).default(1000),
  EXPORT_PDF_ROWS_MAX: count(1, 10_000_000).default(formats.pdf.rowsMax?.background ?? 1),
  DIRECT_PDF_ROWS_MAX: count(1, 10_000_000).default(formats.pdf.rowsMax?.direct ?? 1),
  VERIFY_MEGABYTES_MAX: count(1, 1_000_000).default(5000),
  REQUESTS_PER_SECOND_MAX: count(100, 1_000_000).default(500),
  EVENT_STREAMS_PER_PERSON_MAX: count(20, 1_000_000).default(50),
  EVENT_STREAMS_MAX: count(20, 1_000_000).default(5000),
  METRICS_TOKEN: z.string().min(16, 'must have at least 16 characters').optional(),
  DOWNLOAD_MODE: z.enum(['link', 'stream'], { error: 'must be link or stream' }).default('link'),
  DELIVERY_PRIVATE_NETWORKS: flag.default(false),
  DELIVERY_MAIL_MEGABYTES_MAX: count(1, 100).default(10),
  DEMO: flag.default(false),
  ...signInEnvironment,
  OTEL_EXPORTER_OTLP_ENDPOINT: url.optional(),
  OTEL_SERVICE_NAME: z.string().min(1).default('mathership'),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
});

export interface S3Settings {
  readonly bucket: string;
  readonly endpoint: string | undefined;
  readonly publicEndpoint: string | undefined;
  readonly region: string | undefined;
}

export interface Settings extends SignInSettings {
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
  /** Absolute. */
  readonly dataDir: string;
  /** Absent: embedded Postgres under `dataDir`. */
  readonly databaseUrl: string | undefined;
  /** Absent: the same database. */
  readonly reportsDatabaseUrl: string | undefined;
  /** Absent: the embedded object store under `dataDir`. */
  readonly s3: S3Settings | undefined;
  readonly publicUrl: string | undefined;
  readonly authSecret: string | undefined;
  readonly workerConcurrency: number;
  readonly exportRetentionDays: number;
  /** At least as long as files are kept. */
  readonly exportRowsRetentionDays: number;
  /** Unfinished exports per company. */
  readonly exportUnfinishedMax: number;
  readonly rowLimits: Readonly<Record<Making, RowLimits>>;
  /** Of one file that is sent in to be verified. */
  readonly verifyBytesMax: number;
  /** Of one person, in this process. */
  readonly requestsPerSecondMax: number;
  /** Open at once in this process. */
  readonly eventStreamsMax: { readonly perPerson: number; readonly perProcess: number };
  /** `link`: a signed link that works by itself. `stream`: through the API, access proven at each request. */
  readonly downloadMode: 'link' | 'stream';
  /** What deliveries may do. */
  readonly delivery: {
    /** Whether they may go to addresses in private networks, and by http:. */
    readonly privateNetworks: boolean;
    /** Of a letter on the wire. */
    readonly mailBytesMax: number;
  };
  readonly demo: boolean;
  /** Opens `/metrics` to whoever sends it; absent: to this machine alone. */
  readonly metricsToken: string | undefined;
  /** Where traces go; absent: nothing is traced. */
  readonly traces: { readonly endpoint: string; readonly serviceName: string } | undefined;
  readonly logLevel: string;
}

/**
 * @throws StartupError naming the first setting that is wrong, and how.
 */
export function readSettings(env: Record<string, string | undefined> = process.env): Settings {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));
  const parsed = environment.safeParse(given);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new StartupError(`${issue?.path.join('.') ?? 'Settings'} ${issue?.message ?? 'is not valid'}.`);
  }
  const e = parsed.data;
  const dataDir = resolve(e.DATA_DIR);
  if (!e.S3_BUCKET && (e.S3_ENDPOINT ?? e.S3_REGION ?? e.S3_PUBLIC_ENDPOINT)) {
    throw new StartupError('S3_BUCKET must be set when other S3_ settings are.');
  }
  if (e.EXPORT_ROWS_RETENTION_DAYS < e.EXPORT_RETENTION_DAYS) {
    throw new StartupError('EXPORT_ROWS_RETENTION_DAYS must not be less than EXPORT_RETENTION_DAYS.');
  }
  return {
    host: e.HOST,
    port: e.PORT,
    dataDir,
    databaseUrl: e.DATABASE_URL,
    reportsDatabaseUrl: e.REPORTS_DATABASE_URL,
    s3: e.S3_BUCKET
      ? { bucket: e.S3_BUCKET, endpoint: e.S3_ENDPOINT, publicEndpoint: e.S3_PUBLIC_ENDPOINT, region: e.S3_REGION }
      : undefined,
    publicUrl: e.PUBLIC_URL,
    authSecret: e.AUTH_SECRET,
    workerConcurrency: e.WORKER_CONCURRENCY,
    exportRetentionDays: e.EXPORT_RETENTION_DAYS,
    exportRowsRetentionDays: e.EXPORT_ROWS_RETENTION_DAYS,
    exportUnfinishedMax: e.EXPORT_UNFINISHED_MAX,
    rowLimits: { background: { pdf: e.EXPORT_PDF_ROWS_MAX }, direct: { pdf: e.DIRECT_PDF_ROWS_MAX } },
    verifyBytesMax: e.VERIFY_MEGABYTES_MAX * 1_000_000,
    requestsPerSecondMax: e.REQUESTS_PER_SECOND_MAX,
    eventStreamsMax: { perPerson: e.EVENT_STREAMS_PER_PERSON_MAX, perProcess: e.EVENT_STREAMS_MAX },
    downloadMode: e.DOWNLOAD_MODE,
    delivery: {
      privateNetworks: e.DELIVERY_PRIVATE_NETWORKS,
      mailBytesMax: e.DELIVERY_MAIL_MEGABYTES_MAX * 1_000_000,
    },
    demo: e.DEMO,
    metricsToken: e.METRICS_TOKEN,
    ...readSignInSettings(e, { host: e.HOST, publicUrl: e.PUBLIC_URL }),
    traces: e.OTEL_EXPORTER_OTLP_ENDPOINT
      ? { endpoint: e.OTEL_EXPORTER_OTLP_ENDPOINT, serviceName: e.OTEL_SERVICE_NAME }
      : undefined,
    logLevel: e.LOG_LEVEL,
  };
}

/** The key a command presents to a server elsewhere; undefined when none is set. */
export const readClientKey = (env: Record<string, string | undefined> = process.env): string | undefined =>
  env['MATHERSHIP_API_KEY'] || undefined;
