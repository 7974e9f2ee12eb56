/** The verdict in sentences: what is genuine, what is not, and what to make of it. */
import { fileFormats } from '#contract/reports.ts';
import type { ExportFacts, FileState, Verification, VerifiedFile } from '#contract/verification.ts';
import { localTime } from '#server/renderers/facts.ts';
import { manifestName, signatureName, summaryName } from './manifest.ts';

type Verdict = Omit<Verification, 'summary'>;

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const dayText = (day: string): string =>
  `${Number(day.slice(8, 10))} ${months[Number(day.slice(5, 7)) - 1]} ${day.slice(0, 4)}`;

/** `23 Nov 2026 at 14:11:07`, by the company's clock. */
function momentText(instant: string, facts: ExportFacts): string {
  const { day, time } = localTime(instant, facts.company.time_zone);
  return `${dayText(day)} at ${time}`;
}

const periodText = ({ date_from: from, date_to: to }: ExportFacts): string =>
  from === to ? dayText(from) : `${dayText(from)} to ${dayText(to)}`;

export function verdictInWords(verdict: Verdict, hasInstallation: boolean): string {
  switch (verdict.outcome) {
    case 'unchanged':
    case 'repacked':
      return provenText(verdict) + removedText(verdict) + withheldText(verdict);
    case 'changed':
      return changedText(verdict) + withheldText(verdict);
    case 'other_signature':
      return 'This ZIP has a manifest, but another key signed it, or nobody did. Its totals prove nothing here.';
    case 'damaged':
      return 'This ZIP is cut off or damaged, so nothing in it can be checked. Get it once more and try again.';
    case 'not_ours':
      return hasInstallation
        ? 'It matches no export of the companies in which you have Financial viewing, and carries no manifest.'
        : 'It carries no manifest, and a key alone cannot tell more. The installation it came from can: it knows every file by its checksum.';
  }
}

function provenText({ outcome, given, container, facts, files }: Verdict): string {
  const when = facts ? ` on ${momentText(facts.made_at, facts)}` : '';
  if (given.kind === 'file') {
    const [file] = files;
    if (!facts) return 'Byte for byte a file that Mathership made.';
    const part = file ? `This is ${partName(file.name)} out of` : 'This is';
    return `${part} the export ${facts.report_title}, ${periodText(facts)}, made${when}.`;
  }
  if (outcome === 'repacked') {
    return `Every file in it is byte for byte as it was signed${when}. The ZIP around them is not the original: it was packed again.`;
  }
  if (container === 'as_made') return `Byte for byte the file that Mathership made${when}.`;
  return `Every file in it is byte for byte as it was signed${when}.`;
}

/** `the CSV`, or the name of what lies beside it. */
function partName(name: string): string {
  const format = fileFormats.find((one) => name.endsWith(`.${one}`));
  return format && name !== summaryName ? `the ${format.toUpperCase()}` : name;
}

const removedText = ({ job, facts }: Verdict): string =>
  job?.file_removed_at && facts
    ? ` The file was removed here on ${dayText(localTime(job.file_removed_at, facts.company.time_zone).day)}; its proof was kept.`
    : '';

const withheldText = ({ signature, facts }: Verdict): string =>
  signature?.state === 'valid' && facts === null
    ? ' Which export it is, only people with Financial viewing in its company can see.'
    : '';

const stateText: Readonly<Record<Exclude<FileState, 'unchanged' | 'added'>, string>> = {
  changed: 'is not the one that was made',
  missing: 'is missing',
  renamed: 'has another name',
  repeated: 'is in it more than once',
  unreadable: 'cannot be unpacked',
};

/** What is left to rely on. */
function adviceText(wrong: readonly VerifiedFile[]): string {
  const spoilt = wrong.filter(({ state }) => state !== 'renamed');
  if (spoilt.length === 0) return 'The files that were exported are unchanged; do not rely on anything else in it.';
  return spoilt.every(({ name }) => name === manifestName || name === signatureName)
    ? 'The report in it is the one that was made; do not rely on what the manifest says.'
    : 'Do not rely on the figures in this file.';
}

const namedMax = 3;

function changedText(verdict: Verdict): string {
  const { signature, files, added_count, container } = verdict;
  if (files.length === 0) {
    return (
      'The manifest names a key of this installation, but the signature beside it does not fit. ' +
      'One of the two was changed or taken out after export. Do not rely on the figures in this file.'
    );
  }
  const wrong = files.filter(({ state }) => state !== 'unchanged' && state !== 'added');
  const reasons = wrong
    .slice(0, namedMax)
    .map(({ name, state }) => `${partName(name)} ${stateText[state as keyof typeof stateText]}`);
  if (wrong.length > namedMax) reasons.push(`${wrong.length - namedMax} more files are not as they were`);
  if (added_count > 0) reasons.push(added_count === 1 ? 'a file was added' : `${added_count} files were added`);
  if (container === 'foreign_bytes') reasons.push('the ZIP holds bytes that belong to none of its files');
  const genuine = signature?.state === 'valid' ? 'The manifest is genuine, but ' : 'This is an export of yours, but ';
  return `${genuine}${reasons.join(', ')}. ${adviceText(wrong)}`;
}
