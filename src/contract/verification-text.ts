/** A verification as plain lines: what the command prints, and what the page copies. */
import type { Verification, VerifyOutcome } from './verification.ts';
import { totalsLines } from './verified-totals.ts';

export const outcomeTitles: Readonly<Record<VerifyOutcome, string>> = {
  unchanged: 'Unchanged',
  repacked: 'Unchanged, packed again',
  changed: 'Changed after export',
  other_signature: 'The signature is not ours',
  damaged: 'Damaged',
  not_ours: 'Not an export you can see',
};

const fact = (label: string, value: string): string => `  ${label.padEnd(18)} ${value}`;

export function verificationLines(fileName: string, result: Verification): string[] {
  const { facts, totals, signature } = result;
  const lines = [`${fileName}: ${outcomeTitles[result.outcome].toUpperCase()}`, result.summary, ''];
  if (facts) {
    lines.push(
      fact('Report', `${facts.report_title}, ${facts.file_format.toUpperCase()}`),
      fact('Company', facts.company.name),
      fact('Period', `${facts.date_from} to ${facts.date_to}, ${facts.company.time_zone}`),
      ...facts.filters.map(({ label, value }) => fact(label, value)),
      fact('Requested by', `${facts.requested_by}, ${facts.requested_at}`),
      ...(facts.snapshot_at ? [fact('Data as of', facts.snapshot_at)] : []),
      // of several downloaded together there is none
      ...(facts.job_id === '' ? [] : [fact('Export', facts.job_id)]),
      '',
    );
  }
  if (facts && totals) {
    for (const { label, signed, found, agrees } of totalsLines(totals, facts.sum_columns)) {
      lines.push(fact(agrees ? 'total' : 'DIFFERS', `${label}: ${signed}${agrees ? '' : `, in this file ${found}`}`));
    }
    const spoilt = totals.found?.unreadable_rows ?? 0;
    if (spoilt > 0) lines.push(fact('DIFFERS', `${spoilt} rows are none of this report`));
    lines.push('');
  }
  for (const { company, report_title, file_format, rows, adds_up } of result.exports ?? []) {
    const label = adds_up === false ? 'DIFFERS' : adds_up ? 'adds up' : '';
    lines.push(fact(label, `${company}: ${report_title} ${file_format.toUpperCase()}, ${rows} rows`));
  }
  if (result.exports) lines.push('');
  for (const { name, state, found } of result.files) {
    lines.push(fact(state, found && found.name !== name ? `${name} (here ${found.name})` : name));
  }
  if (signature)
    lines.push(fact('Signature', `${signature.state.replace('_', ' ')}, key ${signature.key_id ?? 'not named'}`));
  if (result.our_key_id && signature && signature.key_id !== result.our_key_id) {
    lines.push(fact('Our key', result.our_key_id));
  }
  lines.push(fact('SHA-256', result.given.sha256));
  if (result.same_content_count > 0) {
    lines.push(fact('', `${result.same_content_count} more exports hold the very same bytes`));
  }
  return lines;
}
