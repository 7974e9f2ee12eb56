/** A schedule being made or changed, with the next twelve occurrences in words beside it. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Schedule } from '#contract/deliveries.ts';
import { conditions, type Condition, type Recurrence } from '#contract/schedules.ts';
import { savedReportsQuery } from '#web/api/saved-reports.ts';
import { changeSchedule, createSchedule, deliveryKey, destinationsQuery, previewQuery } from '#web/api/schedules.ts';
import { useCompany } from '#web/frame/company-context.tsx';
import { SelectField, TextField } from '#web/parts/form/field.tsx';
import { FormProblem } from '#web/parts/form/form-problem.tsx';
import { useForm } from '#web/parts/form/use-form.ts';
import { CenterDialog, DialogHead } from '#web/parts/modal.tsx';
import { periodText } from '#web/words/days.ts';
import { conditionNames, dueText, recurrenceText, scheduleWords as t } from '#web/words/en/schedules.ts';
import { RecurrenceFields } from './recurrence-fields.tsx';

const usual: Recurrence = { kind: 'working_day', nth: 3, of: 'month' };

export default function ScheduleForm({ schedule, onClose }: { schedule: Schedule | null; onClose: () => void }) {
  const company = useCompany();
  const queryClient = useQueryClient();
  const saved = useQuery(savedReportsQuery(company.id)).data ?? [];
  const destinations = useQuery(destinationsQuery(company.id)).data ?? [];
  const [name, setName] = useState(schedule?.name ?? '');
  const [reportId, setReportId] = useState(schedule?.saved_report_id ?? '');
  const [recurrence, setRecurrence] = useState<Recurrence>(schedule?.recurrence ?? usual);
  const [at, setAt] = useState(schedule?.at ?? '07:00');
  const [condition, setCondition] = useState<Condition>(schedule?.condition ?? 'always');
  const [chosen, setChosen] = useState<readonly string[]>(schedule?.destination_ids ?? []);
  const fields = [
    { name: 'name', id: 'schedule-name', label: t('name') },
    { name: 'saved_report_id', id: 'schedule-report', label: t('report') },
    { name: 'at', id: 'schedule-at', label: t('at') },
  ];
  const form = useForm({
    names: fields.map((field) => field.name),
    check: () => ({
      ...(name.trim() === '' && { name: t('enterName') }),
      ...(reportId === '' && { saved_report_id: t('chooseReport') }),
      ...(!/^([01]\d|2[0-3]):[0-5]\d$/.test(at) && { at: t('enterTime') }),
    }),
    send: async () => {
      const body = { name: name.trim(), saved_report_id: reportId, recurrence, at, condition, destination_ids: chosen };
      await (schedule ? changeSchedule(schedule, body) : createSchedule(company.id, body));
      await queryClient.invalidateQueries({ queryKey: deliveryKey(company.id) });
      onClose();
    },
  });
  return (
    <CenterDialog isOpen onClose={onClose} isDismissable={false}>
      <form onSubmit={form.submit} noValidate>
        <DialogHead title={schedule ? t('editTitle') : t('newSchedule')} onClose={onClose} />
        <div className="dlg-b">
          <FormProblem form={form} title={t('notSaved')} fields={fields} />
          <div className="form">
            <TextField
              id="schedule-name"
              label={t('name')}
              maxLength={100}
              isFirst
              value={name}
              message={form.messages['name']}
              onChange={(value) => {
                setName(value);
                form.forget('name');
              }}
            />
            <SelectField
              id="schedule-report"
              label={t('report')}
              value={reportId}
              options={[
                { value: '', label: '…', isDisabled: true },
                ...saved.map((one) => ({ value: one.id, label: one.name })),
              ]}
              message={form.messages['saved_report_id']}
              onChange={(value) => {
                setReportId(value);
                form.forget('saved_report_id');
              }}
            />
            <RecurrenceFields recurrence={recurrence} onChange={setRecurrence} />
            <TextField
              id="schedule-at"
              label={t('at')}
              width="w2 w6-s"
              hint={t('atHint', { zone: company.time_zone })}
              maxLength={5}
              value={at}
              message={form.messages['at']}
              onChange={(value) => {
                setAt(value);
                form.forget('at');
              }}
            />
            <SelectField
              id="schedule-condition"
              label={t('condition')}
              width="w4 w6-s"
              value={condition}
              options={conditions.map((value) => ({ value, label: conditionNames[value] }))}
              onChange={(value) => setCondition(value as Condition)}
            />
            <fieldset className="f">
              <legend>{t('destinations')}</legend>
              {destinations.length === 0 && <p className="hint">{t('noDestinations')}</p>}
              {destinations.map((each) => (
                <label className="opt-row" key={each.id}>
                  <input
                    type="checkbox"
                    checked={chosen.includes(each.id)}
                    onChange={({ target }) =>
                      setChosen(target.checked ? [...chosen, each.id] : chosen.filter((id) => id !== each.id))
                    }
                  />
                  <span>{each.name}</span>
                </label>
              ))}
            </fieldset>
          </div>
          <Preview asked={{ saved_report_id: reportId === '' ? null : reportId, recurrence, at }} />
        </div>
        <div className="dlg-f">
          <button type="button" className="btn" onClick={onClose}>
            {t('cancel')}
          </button>
          <button type="submit" className="btn primary" aria-disabled={form.isBusy || undefined}>
            {form.isBusy ? t('saving') : t('save')}
          </button>
        </div>
      </form>
    </CenterDialog>
  );
}

function Preview({ asked }: { asked: { saved_report_id: string | null; recurrence: Recurrence; at: string } }) {
  const { id, time_zone: timeZone } = useCompany();
  const { data } = useQuery(previewQuery(id, asked));
  return (
    <section aria-label={t('preview')} aria-live="polite">
      <p>
        <b>{recurrenceText(asked.recurrence, asked.at, timeZone)}</b>
      </p>
      {data && (
        <ol className="muted">
          {data.map((each) => (
            <li key={each.occurrence}>
              {t('previewOf', {
                due: dueText(each.due_at, timeZone),
                period: periodText(each.date_from, each.date_to),
              })}
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}
