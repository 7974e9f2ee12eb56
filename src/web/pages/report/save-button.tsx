/**
 * Keeps what is on screen as a saved report: under a new name, or as the one that is open; private, or the company's; with
 * days that move on with the calendar, or with these very days.
 */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import type { FileFormat } from '#contract/reports.ts';
import { daysOf, periodKinds, type PeriodKind, type SavedReport } from '#contract/saved-reports.ts';
import { ApiProblem } from '#web/api/problem.ts';
import {
  changeSavedReport,
  createSavedReport,
  savedReportsKey,
  savedReportsQuery,
  type NewSavedReport,
} from '#web/api/saved-reports.ts';
import { useCompany, useMay, useMe } from '#web/frame/company-context.tsx';
import { showToast } from '#web/frame/toasts.tsx';
import { Icon } from '#web/parts/icon.tsx';
import { PopoverButton } from '#web/parts/popover-button.tsx';
import { asksAsSaved } from '#web/parts/report/saved-question.ts';
import { useToday } from '#web/parts/use-clock.ts';
import { periodText } from '#web/words/days.ts';
import { reportWords as t } from '#web/words/en/reports.ts';
import { formatName, offeredFormats } from '#web/words/formats.ts';
import { choiceName } from '#web/words/reports.ts';
import { useView, type View } from './use-view.ts';

/** The saved report that is open, as far as it is known. */
export function useOpenSaved(): { saved: SavedReport | undefined; isKnown: boolean } {
  const { id } = useCompany();
  const { search, report, withMoney } = useView();
  const { data } = useQuery({ ...savedReportsQuery(id), enabled: withMoney });
  const saved = data?.find((one) => one.id === search.saved && one.report_type === report.type);
  return { saved, isKnown: data !== undefined };
}

export function SaveButton() {
  const { saved: open } = useOpenSaved();
  const { search, question, values, columns } = useView();
  const shown = search.columns && columns.map(({ key }) => key);
  const isChanged = open !== undefined && !asksAsSaved(open, { ...question, filters: values, columns: shown });
  return (
    <PopoverButton
      className="btn"
      label={t('save')}
      placement="bottom end"
      face={
        open ? (
          <>
            <Icon name="bookmark" />
            <span className="trunc">{open.name}</span>
            {isChanged && <span className="tag">{t('savedChanged')}</span>}
          </>
        ) : (
          t('save')
        )
      }
    >
      {(close) => <Panel open={open} onDone={close} />}
    </PopoverButton>
  );
}

function Panel({ open, onDone }: { open: SavedReport | undefined; onDone: () => void }) {
  const company = useCompany();
  const me = useMe();
  const mayManage = useMay('manage_company');
  const today = useToday();
  const queryClient = useQueryClient();
  const view = useView();
  const { report, search, columns, values, period, pageOf, question, change } = view;
  const isOwn = open?.created_by.id === me.user.id;
  const mayChange = open !== undefined && (isOwn || mayManage);
  const [name, setName] = useState(mayChange || !open ? (open?.name ?? '') : t('copyOf', { name: open.name }));
  const [isShared, setShared] = useState((mayChange && open.is_shared) || false);
  const [format, setFormat] = useState<FileFormat>(open?.file_format ?? 'csv');
  const [kind, setKind] = useState<PeriodKind>(() => kindOf(open, view, today));
  const body: NewSavedReport = {
    name: name.trim(),
    report_type: report.type,
    filters: values,
    columns: search.columns ? columns.map(({ key }) => key) : null,
    ordering: pageOf.ordering ?? null,
    period: kind === 'fixed' ? { kind, date_from: period.from, date_to: period.to } : { kind },
    file_format: format,
    options: {
      ...(open?.options.csv_dialect && { csv_dialect: open.options.csv_dialect }),
      ...(question.compare_to && { compare_to: question.compare_to }),
      ...(question.date_basis && { date_basis: question.date_basis }),
    },
    is_shared: isShared,
  };
  const saving = useMutation({
    mutationFn: (isNew: boolean) =>
      open && !isNew ? changeSavedReport(open, body) : createSavedReport(company.id, body),
    onSuccess: async (saved) => {
      queryClient.setQueryData<SavedReport[]>(
        savedReportsKey(company.id),
        (known) => known && [...known.filter(({ id }) => id !== saved.id), saved],
      );
      void queryClient.invalidateQueries({ queryKey: savedReportsKey(company.id) });
      showToast({ title: t('saved'), text: saved.name, icon: 'check', tone: 'good' });
      change({ saved: saved.id, page: search.page }, { replace: true });
      onDone();
    },
  });
  const problem = saving.error instanceof ApiProblem ? saving.error : null;
  const save = (isNew: boolean): void => {
    if (body.name !== '' && !saving.isPending) saving.mutate(isNew);
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    save(!mayChange);
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
      <div className="f">
        <label htmlFor="saved-days">{t('savedDays')}</label>
        <select
          id="saved-days"
          aria-describedby="saved-days-hint"
          value={kind}
          onChange={({ target }) => setKind(target.value as PeriodKind)}
        >
          {periodKinds.map((one) => (
            <option key={one} value={one}>
              {one === 'fixed' ? periodText(period.from, period.to) : choiceName(one)}
            </option>
          ))}
        </select>
        <p className="hint" id="saved-days-hint">
          {kind === 'fixed' ? t('savedFixed') : t('savedMoving', { days: todayText(kind, today) })}
        </p>
      </div>
      <div className="f">
        <label htmlFor="saved-format">{t('savedFormat')}</label>
        <select id="saved-format" value={format} onChange={({ target }) => setFormat(target.value as FileFormat)}>
          {offeredFormats.map((one) => (
            <option key={one} value={one}>
              {formatName(one)}
            </option>
          ))}
        </select>
      </div>
      <label className="item">
        <input
          type="checkbox"
          checked={isShared}
          disabled={mayChange && !isOwn}
          onChange={({ target }) => setShared(target.checked)}
        />
        <span>{t('share', { company: company.name })}</span>
      </label>
      <div className="foot">
        {mayChange && (
          <button
            type="button"
            className="btn s ghost"
            aria-disabled={body.name === '' || saving.isPending || undefined}
            onClick={() => save(true)}
          >
            {t('saveAsNew')}
          </button>
        )}
        <button
          type="submit"
          className="btn s primary"
          aria-disabled={body.name === '' || saving.isPending || undefined}
        >
          {mayChange ? t('saveChanges') : t('saveNew')}
        </button>
      </div>
    </form>
  );
}

const todayText = (kind: PeriodKind, today: string): string => {
  const { from, to } = daysOf({ kind }, today);
  return periodText(from, to);
};

/** That of the saved report while the days are its own and not chosen by another name. */
function kindOf(open: SavedReport | undefined, { period, periodKind, search }: View, today: string): PeriodKind {
  const days = open && daysOf(open.period, today);
  const isAsOpened = search.period === undefined && days?.from === period.from && days.to === period.to;
  return open && isAsOpened ? open.period.kind : periodKind;
}
