/** One of the saved reports as the start of an export: its question, its days of today and its format. */
import { useQuery } from '@tanstack/react-query';
import type { SavedReport } from '#contract/saved-reports.ts';
import { savedReportsQuery } from '#web/api/saved-reports.ts';
import { useCompany } from '#web/frame/company-context.tsx';
import { reportWords as t } from '#web/words/en/reports.ts';

interface SavedFieldProps {
  readonly saved: SavedReport | undefined;
  readonly onChange: (saved: SavedReport | undefined) => void;
}

export function SavedField({ saved, onChange }: SavedFieldProps) {
  const { id } = useCompany();
  const { data = [] } = useQuery(savedReportsQuery(id));
  if (data.length === 0) return null;
  return (
    <div className="f">
      <label htmlFor="export-saved">{t('savedReport')}</label>
      <select
        id="export-saved"
        aria-describedby="export-saved-hint"
        value={saved?.id ?? ''}
        onChange={({ target }) => onChange(data.find((one) => one.id === target.value))}
      >
        <option value="">{t('savedNone')}</option>
        {data.map((one) => (
          <option key={one.id} value={one.id}>
            {one.name}
          </option>
        ))}
      </select>
      <p className="hint" id="export-saved-hint">
        {saved && t('savedQuestionOf')}
      </p>
    </div>
  );
}
