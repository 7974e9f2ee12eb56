/**
 * `npm audit` as a check of `npm run verify`: a known hole in a dependency fails it. A registry that does not answer, or
 * does not audit, is said in one line and passes: what could not be asked is not what was found.
 */
import { spawnSync } from 'node:child_process';

export interface AuditVerdict {
  readonly passed: boolean;
  /** One line, or one and the findings. */
  readonly text: string;
}

interface AuditReport {
  readonly auditReportVersion?: number;
  readonly vulnerabilities?: Readonly<Record<string, { severity?: string; range?: string }>>;
  readonly metadata?: { vulnerabilities?: { total?: number } };
  readonly message?: string;
  readonly error?: { summary?: string; code?: string };
}

/** What npm's JSON means. Whatever names a vulnerability is a finding, whatever else is wrong with the answer. */
export function verdictOf(output: string): AuditVerdict {
  let report: AuditReport;
  try {
    report = JSON.parse(output) as AuditReport;
  } catch {
    return { passed: true, text: 'not answered: npm gave no report' };
  }
  const found = Object.entries(report.vulnerabilities ?? {});
  const total = report.metadata?.vulnerabilities?.total ?? 0;
  if (found.length > 0 || total > 0) {
    const lines = found.map(([name, { severity, range }]) => `  ${name} ${range ?? ''} (${severity ?? 'unknown'})`);
    return { passed: false, text: [`${Math.max(found.length, total)} vulnerable packages`, ...lines].join('\n') };
  }
  if (report.auditReportVersion !== undefined && report.metadata?.vulnerabilities?.total === 0) {
    return { passed: true, text: 'no known vulnerability' };
  }
  const reason =
    [report.error?.summary, report.message, report.error?.code].find(Boolean) ?? 'the registry does not audit';
  return { passed: true, text: `not answered: ${reason.split('\n')[0]?.replace(/https?:\/\/\S+/g, 'the registry')}` };
}

/** Asks the registry that npm is set up with, for at most half a minute. */
export function askAudit(folder: string, args: readonly string[] = []): AuditVerdict {
  const npm = process.env['npm_execpath'];
  const words = ['audit', '--json', '--fetch-retries=0', '--fetch-timeout=10000', ...args];
  const [command, ...rest] = npm?.endsWith('.js') ? [process.execPath, npm, ...words] : ['npm', ...words];
  const { stdout } = spawnSync(command ?? 'npm', rest, { cwd: folder, encoding: 'utf8', timeout: 30_000 });
  return verdictOf(stdout ?? '');
}
