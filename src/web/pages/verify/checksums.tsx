/** The bytes themselves: the checksum of what was dropped, and every file in it that is not as it was made. */
import { fileFormats } from '#contract/reports.ts';
import type { FileState, Verification, VerifiedFile } from '#contract/verification.ts';
import { Icon } from '#web/parts/icon.tsx';
import { bytes, counted } from '#web/words/figures.ts';
import { formatName } from '#web/words/formats.ts';

const stateWords: Readonly<Record<Exclude<FileState, 'unchanged'>, string>> = {
  changed: 'Not the one that was made',
  missing: 'Missing',
  added: 'Added; not by Mathership',
  renamed: 'Under another name',
  repeated: 'In it more than once',
  unreadable: 'Cannot be unpacked',
};

export function Checksums({ result }: { result: Verification }) {
  const { given, files, added_count, container } = result;
  const wrong = files.filter(({ state }) => state !== 'unchanged');
  const genuine = files.length - wrong.length;
  const hidden = added_count - files.filter(({ state }) => state === 'added').length;
  return (
    <section>
      <h3>Checksums, SHA-256</h3>
      <dl className="kv">
        <dt>{given.kind === 'zip' ? 'ZIP' : 'File'}</dt>
        <dd className="hash">{given.sha256}</dd>
        {given.kind === 'zip' && genuine > 0 && (
          <>
            <dt>Inside</dt>
            <dd>
              <span className="ic good-t">
                <Icon name="check" />
                <span>
                  {wrong.length === 0
                    ? `All ${counted(genuine, 'file')} as made`
                    : `${counted(genuine, 'file')} as made`}
                </span>
              </span>
            </dd>
          </>
        )}
        {container === 'repacked' && (
          <>
            <dt>Around them</dt>
            <dd>Not the original ZIP: packed again</dd>
          </>
        )}
        {container === 'foreign_bytes' && (
          <>
            <dt>Around them</dt>
            <dd>
              <span className="ic bad-t">
                <Icon name="x" />
                <span>Bytes that belong to none of the files</span>
              </span>
            </dd>
          </>
        )}
        {wrong.map((file) => (
          <WrongFile key={`${file.name} ${file.state}`} file={file} />
        ))}
      </dl>
      {hidden > 0 && <p className="sub">{counted(hidden, 'more file was', 'more files were')} added.</p>}
    </section>
  );
}

function WrongFile({ file }: { file: VerifiedFile }) {
  const { name, state, expected, found } = file;
  if (state === 'unchanged') return null;
  const isReport = state !== 'added' && name !== 'summary.csv';
  const report = isReport ? fileFormats.find((format) => name.endsWith(`.${format}`)) : undefined;
  return (
    <>
      <dt className="wraps">{report ? formatName(report) : name}</dt>
      <dd>
        {report && <span className="sub wraps">{name}</span>}
        <span className="ic bad-t">
          <Icon name="x" />
          <span>
            {stateWords[state]}
            {state === 'renamed' && found && `: ${found.name}`}
          </span>
        </span>
        {state === 'changed' && expected && (
          <>
            <span className="sub">Made, {bytes(expected.bytes)}</span>
            <span className="hash">{expected.sha256}</span>
            <span className="sub">Found, {bytes(found?.bytes ?? 0)}</span>
            <span className="hash">{found?.sha256 ? <mark>{found.sha256}</mark> : 'Much larger, so not read'}</span>
          </>
        )}
      </dd>
    </>
  );
}
