/** Every filter of a report in one place. How many rows are left is counted while it is open; it applies together. */
import { useQuery } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { Heading } from 'react-aria-components/Heading';
import { reportPageQuery, type FilterValues } from '#web/api/reports.ts';
import { useCompany } from '#web/frame/company-context.tsx';
import { CloseButton, Drawer } from '#web/parts/modal.tsx';
import { FilterFields } from '#web/parts/report-filters/fields.tsx';
import { rangeProblem } from '#web/parts/report-filters/range.ts';
import { asList, cleaned, rangesOf } from '#web/parts/report-filters/values.ts';
import { reportWords as t } from '#web/words/en/reports.ts';
import { count } from '#web/words/figures.ts';
import { useView } from './use-view.ts';

export default function FilterDrawer({ onClose }: { onClose: () => void }) {
  const company = useCompany();
  const { report, filters, values, question, changeFilters } = useView();
  const [draft, setDraft] = useState<FilterValues>(values);
  const text = (key: string): string => asList(draft[key])[0] ?? '';
  const isWrong = rangesOf(filters).some(({ min, max }) => rangeProblem(text(min), text(max)) !== undefined);
  const wanted = cleaned(filters, draft);
  const { data } = useQuery({
    ...reportPageQuery(report.type, { ...question, filters: wanted }, { page: 0, page_size: 1, ordering: undefined }),
    enabled: !isWrong,
  });
  const found = isWrong ? undefined : data?.total;
  const apply = (event: FormEvent): void => {
    event.preventDefault();
    if (isWrong) return;
    changeFilters(wanted);
    onClose();
  };
  return (
    <Drawer isOpen onClose={onClose}>
      <form className="drawer-form" onSubmit={apply} noValidate>
        <div className="d-head">
          <div>
            <Heading slot="title" level={2}>
              {t('allFilters')}
            </Heading>
            <p>
              <output>
                {isWrong
                  ? t('wrongNumber')
                  : found === undefined
                    ? t('counting')
                    : t('matching', { count: found, n: count(found) })}
              </output>
            </p>
          </div>
          <CloseButton onClose={onClose} />
        </div>
        <div className="d-body">
          <div className="form">
            <FilterFields
              report={report}
              filters={filters}
              values={draft}
              currency={company.currency}
              onChange={(patch) => setDraft((known) => ({ ...known, ...patch }))}
            />
          </div>
        </div>
        <div className="d-foot">
          <button type="button" className="btn ghost" onClick={() => setDraft({})}>
            {t('clearAll')}
          </button>
          <span className="grow" />
          <button type="button" className="btn" onClick={onClose}>
            {t('cancel')}
          </button>
          <button type="submit" className="btn primary" aria-disabled={isWrong || undefined}>
            {found === undefined ? t('show') : t('showRows', { rows: count(found) })}
          </button>
        </div>
      </form>
    </Drawer>
  );
}
