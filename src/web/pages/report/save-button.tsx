/** Keeps what is on screen as a saved report: under a new name, or as the one that is open; private, or the company's. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { periodFor, type SavedReport } from '#contract/saved-reports.ts';
import { ApiProblem } from '#web/api/problem.ts';
import {
  changeSavedReport,
  createSavedReport,
  savedReportsKey,
  savedReportsQuery,
  type NewSavedReport,
} from '#web/api/saved-reports.ts';
import { useCompany, useMe } from '#web/frame/company-context.tsx';
import { showToast } from '#web/frame/toasts.tsx';
import { PopoverButton } from '#web/parts/popover-button.tsx';
import { useToday } from '#web/parts/use-clock.ts';
import { reportWords as t } from '#web/words/en/reports.ts';
import { useView } from './use-view.ts';

export function SaveButton() {
  const { id } = useCompany();
  const { search } = useView();
  const { data: saved = [] } = useQuery(savedReportsQuery(id));
  const open = saved.find((one) => one.id === search.saved);
  return (
    <PopoverButton className="btn" label={t('save')} placement="bottom end" face={open ? open.name : t('save')}>
      {(close) => <Panel open={open} onDone={close} />}
    </PopoverButton>
  );
}

function Panel({ open, onDone }: { open: SavedReport | undefined; onDone: () => void }) {
  const company = useCompany();
  const me = useMe();
  const today = useToday();
  const queryClient = useQueryClient();
  const { report, search, columns, values, period, pageOf, change } = useView();
  const [name, setName] = useState(open?.name ?? '');
  const [isShared, setShared] = useState(open?.is_shared ?? false);
  const isOwn = open?.created_by.id === me.user.id;
  const body: NewSavedReport = {
    name: name.trim(),
    report_type: report.type,
    filters: values,
    columns: search.columns ? columns.map(({ key }) => key) : null,
    ordering: pageOf.ordering ?? null,
    period: periodFor(period.from, period.to, today),
    is_shared: isShared,
  };
  const saving = useMutation({
    mutationFn: (isNew: boolean) =>
      open && !isNew ? changeSavedReport(open, body) : createSavedReport(company.id, body),
    onSuccess: (saved) => {
      void queryClient.invalidateQueries({ queryKey: savedReportsKey(company.id) });
      showToast({ title: t('saved'), text: saved.name, icon: 'check', tone: 'good' });
      change({ saved: saved.id, page: search.page }, { replace: true });
      onDone();
    },
  });
  const problem = saving.error instanceof ApiProblem ? saving.error : null;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (body.name !== '' && !saving.isPending) saving.mutate(!open || !isOwn || body.name !== open.name);
  };
  return (
    <form className="save-panel" onSubmit={submit}>
      <div className="f">
        <label htmlFor="saved-name">{t('savedName')}</label>
        <input
          id="saved-name"
          maxLength={100}
          value={name}
          aria-invalid={problem ? true : undefined}
          aria-describedby="saved-problem"
          onChange={({ target }) => setName(target.value)}
        />
        <p className="msg" id="saved-problem" role="alert">
          {problem?.detail}
        </p>
      </div>
      <label className="item">
        <input type="checkbox" checked={isShared} onChange={({ target }) => setShared(target.checked)} />
        <span>{t('share', { company: company.name })}</span>
      </label>
      <p className="cap">{t(body.period.kind === 'fixed' ? 'savedFixed' : 'savedMoving')}</p>
      <div className="foot">
        <button
          type="submit"
          className="btn s primary"
          aria-disabled={body.name === '' || saving.isPending || undefined}
        >
          {open && isOwn && body.name === open.name ? t('saveChanges') : t('saveNew')}
        </button>
      </div>
    </form>
  );
}
