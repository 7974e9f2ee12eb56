/** Instead of an export that is not there, or is not for this person: the way back, and whom to ask. */
import { useQuery } from '@tanstack/react-query';
import { companyAccessQuery } from '#web/api/company.ts';
import { useCompany } from '#web/frame/company-context.tsx';

export function NotFound({ onClose }: { onClose: () => void }) {
  const company = useCompany();
  const { data: access } = useQuery(companyAccessQuery(company.id));
  const [first] = access?.administrators ?? [];
  const subject = encodeURIComponent('Access to an export');
  const body = encodeURIComponent(`I cannot open this export:\n\n${location.href}`);
  return (
    <>
      <p>
        It was deleted, or it belongs to another company. If it is one of a company that you cannot open, ask{' '}
        {first ? <b>{first.name}</b> : 'an owner of your organization'} for access to it.
      </p>
      <div className="d-acts">
        <button type="button" className="btn primary" onClick={onClose}>
          Back to Export History
        </button>
        {first && (
          <a className="btn" href={`mailto:${first.email}?subject=${subject}&body=${body}`}>
            Ask {first.name}
          </a>
        )}
      </div>
    </>
  );
}
