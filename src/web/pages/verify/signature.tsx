/** Who vouches for it: the signature of the manifest, or for a single file the checksum that was kept. */
import type { SignatureState, Verification } from '#contract/verification.ts';
import { Icon } from '#web/parts/icon.tsx';
import { fullInstant } from '#web/words/instants.ts';

const words: Readonly<Record<SignatureState, string>> = {
  valid: 'Signed by this server, Ed25519',
  invalid: 'Does not fit',
  other_key: 'Signed by another key',
  missing: 'Nobody signed it',
};

export function Signature({ result }: { result: Verification }) {
  const { signature, facts } = result;
  const isValid = signature === null || signature.state === 'valid';
  return (
    <section>
      <h3>Signature</h3>
      <dl className="kv">
        <dt>{signature ? 'Manifest' : 'File'}</dt>
        <dd>
          <span className={`ic ${isValid ? 'good-t' : 'bad-t'}`}>
            <Icon name={isValid ? 'check' : 'x'} />
            <span>{signature ? words[signature.state] : 'Known to this server by its checksum'}</span>
          </span>
        </dd>
        {signature && (
          <>
            <dt>Key</dt>
            <dd className="hash">{signature.key_id ?? 'None is named'}</dd>
          </>
        )}
        {facts && signature?.state === 'valid' && (
          <>
            <dt>Signed</dt>
            <dd>{fullInstant(facts.made_at, facts.company.time_zone).replace(`, ${facts.company.time_zone}`, '')}</dd>
          </>
        )}
      </dl>
    </section>
  );
}
