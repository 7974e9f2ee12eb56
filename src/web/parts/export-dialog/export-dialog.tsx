/**
 * Asks for a background export: the report, the days, the locations, the format. Rows are counted while it is open;
 * what the server refuses stands beside the field it is about.
 */
import { useMutation, useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useRef, useState, type FormEvent } from 'react';
import type { ExportJob } from '#contract/export-jobs.ts';
import { reportTypes, type ReportType } from '#contract/reports.ts';
import { createJob } from '#web/api/export-jobs.ts';
import { ApiProblem } from '#web/api/problem.ts';
import { reportListQuery, type FilterValues } from '#web/api/reports.ts';
import { useCompany } from '#web/frame/company-context.tsx';
import { useLive } from '#web/live/live-provider.tsx';
import { Icon } from '#web/parts/icon.tsx';
import { CenterDialog, DialogHead } from '#web/parts/modal.tsx';
import { useToday } from '#web/parts/use-clock.ts';
import { periodText } from '#web/words/days.ts';
import { reportWords as t } from '#web/words/en/reports.ts';
import { count, counted } from '#web/words/figures.ts';
import { formatName, formatOf } from '#web/words/formats.ts';
import { isOfOneMoment, reportName } from '#web/words/reports.ts';
import { FilterFields } from '#web/parts/report-filters/fields.tsx';
import { cleaned } from '#web/parts/report-filters/values.ts';
import { DialectChoices, FormatChoices, isTooLong, useRowLimits } from './format-choices.tsx';
import { PeriodFields } from './period-fields.tsx';
import { Preview } from './preview.tsx';
import { jobOf, newQuestion, periodProblem, questionOf, questionOfSaved, type ExportQuestion } from './question.ts';
import { SavedField } from './saved-field.tsx';
import { useRowCount } from './use-row-count.ts';

interface ExportDialogProps {
  /** An earlier export whose question is the start. */
  readonly from?: ExportJob | null;
  /** A report page's own question: report and days are given, the rest can be changed. */
  readonly fixed?: Partial<ExportQuestion> | null;
  readonly onClose: () => void;
  /** Called with the job as it was made, after the dialog has closed. */
  readonly onCreated: (job: ExportJob) => void;
}

export default function ExportDialog({ from = null, fixed = null, onClose, onCreated }: ExportDialogProps) {
  const company = useCompany();
  const today = useToday();
  const [question, setQuestion] = useState<ExportQuestion>(() =>
    from ? questionOf(from) : { ...newQuestion(today), ...fixed },
  );
  const change = (patch: Partial<ExportQuestion>): void => setQuestion((known) => ({ ...known, ...patch }));
  const { rows, isCounting } = useRowCount(company.id, question);
  const limits = useRowLimits();
  const { data: reports } = useQuery(reportListQuery);
  const reportOf = (type: ReportType) => reports?.results.find((one) => one.type === type);
  const report = reportOf(question.report_type);
  /** What another report can be asked by as well. */
  const kept = (type: ReportType): FilterValues =>
    Object.fromEntries(
      Object.entries(question.filters).filter(([key]) => reportOf(type)?.filters.some((filter) => filter.key === key)),
    );
  const [isChecked, setChecked] = useState(false);
  const [isPreviewed, setPreviewed] = useState(false);
  const [isTold, setTold] = useState(false);
  const body = { ...jobOf(company.id, question), ...(isTold && { notify: true }) };
  const content = JSON.stringify(body);
  // one key for one content: sending the same form twice makes one job, a changed form a new one
  const idempotencyKey = useMemo(() => randomKey(content), [content]);
  const creation = useMutation({
    mutationFn: () => createJob(body, idempotencyKey),
    onSuccess: (job) => {
      onClose();
      onCreated(job);
    },
  });
  const isSlow = useSlow(creation.isPending);
  // what was filled in is not lost by a key: the first press asks, the second leaves
  const [isLeaving, setLeaving] = useState(false);
  const begun = useRef(content);
  const close = (): void => {
    if (isLeaving || content === begun.current) onClose();
    else setLeaving(true);
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setChecked(true);
    if (periodProblem(question) || isTooLong(question.file_format, rows, limits) || creation.isPending) return;
    creation.mutate();
  };

  const problem = creation.error instanceof ApiProblem ? creation.error : null;
  const own = isChecked ? periodProblem(question) : null;
  const messageOf = (field: string): string | undefined => (own?.field === field ? own.message : problem?.field(field));
  const tooLong = isTooLong(question.file_format, rows, limits);
  return (
    <CenterDialog isOpen onClose={close} isDismissable={!creation.isPending}>
      <form onSubmit={submit} noValidate>
        <DialogHead
          title={fixed ? 'Export in background' : from ? 'Run with changes' : 'New export'}
          lead={fixed ? `${reportName(question.report_type)}, ${daysOf(question)}` : company.name}
          onClose={close}
        />
        <div className="dlg-b">
          {isSlow && (
            <output className="banner warn">
              <Icon name="clock" />
              <span>{t('noAnswerYet')}</span>
            </output>
          )}
          {isLeaving && (
            <div className="banner warn" role="alert">
              <Icon name="warn" />
              <div>{t('leaveAsked')}</div>
              <button type="button" className="btn s" onClick={onClose}>
                {t('leave')}
              </button>
            </div>
          )}
          {creation.error && <Refusal error={creation.error} />}
          <div className="form">
            {!fixed && (
              <>
                <SavedField
                  saved={question.saved}
                  onChange={(saved) =>
                    setQuestion(saved ? questionOfSaved(saved, today) : { ...question, saved: undefined })
                  }
                />
                <ReportField
                  type={question.report_type}
                  onChange={(report_type) =>
                    change({ report_type, filters: kept(report_type), columns: undefined, saved: undefined })
                  }
                />
                <PeriodFields
                  question={question}
                  today={today}
                  messages={{ date_from: messageOf('date_from'), date_to: messageOf('date_to') }}
                  onChange={change}
                />
              </>
            )}
            {report && (
              <FilterFields
                report={report}
                filters={report.filters.filter(({ type }) => type !== 'number')}
                values={question.filters}
                currency={company.currency}
                messageOf={(key) => messageOf(`filters.${key}`)}
                onChange={(patch) => change({ filters: cleaned(report.filters, { ...question.filters, ...patch }) })}
              />
            )}
            <FormatChoices
              format={question.file_format}
              rows={rows}
              limits={limits}
              message={
                tooLong
                  ? 'Too many rows for this format. Choose fewer days or locations, or another format.'
                  : messageOf('file_format')
              }
              onChange={(file_format) => change({ file_format })}
            />
            {formatOf(question.file_format).ways.length > 1 && (
              <DialectChoices
                format={question.file_format}
                dialect={question.csv_dialect}
                onChange={(csv_dialect) => change({ csv_dialect })}
              />
            )}
          </div>
          <Facts rows={rows} isCounting={isCounting} />
          <button
            type="button"
            className="btn s"
            aria-expanded={isPreviewed}
            onClick={() => setPreviewed(!isPreviewed)}
          >
            <Icon name="eye" />
            {t(isPreviewed ? 'previewHide' : 'preview')}
          </button>
          {isPreviewed && <Preview companyId={company.id} question={question} />}
        </div>
        <div className="dlg-f">
          <label className="opt-row">
            <input type="checkbox" checked={isTold} onChange={({ target }) => setTold(target.checked)} />
            <span>
              {t('tellMe')}
              <span className="sub">You can leave the page: the file appears in Export History.</span>
            </span>
          </label>
          <button type="button" className="btn" onClick={onClose}>
            {t('cancel')}
          </button>
          <button type="submit" className="btn primary" aria-disabled={creation.isPending || tooLong || undefined}>
            {creation.isPending ? 'Requesting…' : `Export ${formatName(question.file_format)}`}
          </button>
        </div>
      </form>
    </CenterDialog>
  );
}

/** Whether something has been waited for so long that a word is due. */
function useSlow(isWaiting: boolean): boolean {
  const [isSlow, setSlow] = useState(false);
  useEffect(() => {
    if (!isWaiting) return undefined;
    const timer = setTimeout(() => setSlow(true), 2500);
    return () => {
      clearTimeout(timer);
      setSlow(false);
    };
  }, [isWaiting]);
  return isSlow;
}

interface ReportFieldProps {
  readonly type: ReportType;
  readonly onChange: (type: ReportType) => void;
}

/** The reports this installation offers. */
function ReportField({ type, onChange }: ReportFieldProps) {
  const { data } = useQuery(reportListQuery);
  const offered = data?.results.map((report) => report.type) ?? reportTypes;
  return (
    <div className="f">
      <label htmlFor="export-report">Report</label>
      <select id="export-report" value={type} onChange={({ target }) => onChange(target.value as ReportType)}>
        {reportTypes
          .filter((each) => offered.includes(each) || each === type)
          .map((each) => (
            <option key={each} value={each}>
              {reportName(each)}
            </option>
          ))}
      </select>
    </div>
  );
}

const daysOf = ({ report_type, date_from, date_to }: ExportQuestion): string =>
  isOfOneMoment(report_type) ? `end of ${periodText(date_to, date_to)}` : periodText(date_from, date_to);

function Facts({ rows, isCounting }: { rows: number | undefined; isCounting: boolean }) {
  const { unfinished } = useLive();
  return (
    <dl className="facts">
      <div>
        <dt>Rows</dt>
        <dd>
          {rows === undefined ? '–' : count(rows)}{' '}
          <small>
            {isCounting ? 'counting' : rows === 0 ? 'only headings in the file' : rows !== undefined && 'just counted'}
          </small>
        </dd>
      </div>
      <div>
        <dt>Starts</dt>
        <dd>{unfinished ? `after up to ${counted(unfinished, 'export')}` : 'at once'}</dd>
      </div>
    </dl>
  );
}

function Refusal({ error }: { error: Error }) {
  const problem = error instanceof ApiProblem ? error : null;
  const wait = problem?.retryAfterSeconds ? ` Try again in ${counted(problem.retryAfterSeconds, 'second')}.` : '';
  const request = problem && problem.status >= 500 && problem.requestId ? ` Request ${problem.requestId}.` : '';
  return (
    <div className="banner bad" role="alert">
      <Icon name="fail" />
      <div>
        <b>{problem?.title ?? 'The export was not requested'}.</b> {problem?.detail}
        {wait}
        {request}
      </div>
    </div>
  );
}

/** `seed` only says when a new key is due. Not `randomUUID`: that is missing where the page comes over plain http. */
function randomKey(seed: string): string {
  const random = crypto.getRandomValues(new Uint8Array(16));
  return `${seed.length.toString(36)}-${Array.from(random, (byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}
