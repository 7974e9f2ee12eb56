/** A new pack, or a saved one opened again: what is in it, for which days; made now, kept under a name, or both. */
import { useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { packMembersMax, type SavedPack } from '#contract/packs.ts';
import { daysOf, type PeriodKind, periodKinds, type SavedPeriod } from '#contract/saved-reports.ts';
import { changePack, makePack, type PackDefinition, savedPacksKey, savePack } from '#web/api/packs.ts';
import { useCompany } from '#web/frame/company-context.tsx';
import { showToast } from '#web/frame/toasts.tsx';
import { problemToast } from '#web/parts/problem-toast.ts';
import { useToday } from '#web/parts/use-clock.ts';
import { periodText } from '#web/words/days.ts';
import { packWords as t } from '#web/words/en/packs.ts';
import { packHolds } from '#web/words/jobs.ts';
import { choiceName } from '#web/words/reports.ts';
import { chosenOf, membersOf, nothing } from './chosen.ts';
import { useGridRows } from './grid-rows.ts';
import { NameDialog } from './name-dialog.tsx';
import { PackGrid } from './pack-grid.tsx';
import { usePackCompanies } from './pack-companies.ts';
import { useMade } from './use-made.ts';

interface PackBuilderProps {
  /** Opened in the grid. */
  readonly open: SavedPack | null;
  readonly onClose: () => void;
}

export function PackBuilder({ open, onClose }: PackBuilderProps) {
  const { organization_id: organizationId } = useCompany();
  const client = useQueryClient();
  const today = useToday();
  const companies = usePackCompanies();
  const rows = useGridRows();
  const told = useMade();
  const [chosen, setChosen] = useState(open ? chosenOf(open.members) : nothing);
  const [period, setPeriod] = useState<SavedPeriod>(open?.period ?? { kind: 'last_month' });
  const [isWorkbook, setWorkbook] = useState(open?.options.workbook ?? false);
  const [isNamed, setNamed] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const key = useRef(crypto.randomUUID());
  const members = membersOf(
    chosen,
    rows,
    companies.map(({ id }) => id),
  );
  const days = daysOf(period, today);
  const options = isWorkbook ? { workbook: true } : {};
  const problem =
    members.length === 0
      ? t('nothingChosen')
      : members.length > packMembersMax
        ? t('tooMany', { max: packMembersMax })
        : days.from > days.to
          ? t('turned')
          : null;
  const definition = (name: string): PackDefinition => ({ name, members, period, options });

  const whileBusy = async (failed: string, work: () => Promise<void>): Promise<void> => {
    if (isBusy) return;
    setBusy(true);
    try {
      await work();
      // what follows is another question
      key.current = crypto.randomUUID();
    } catch (error) {
      showToast(problemToast(error, failed));
    }
    setBusy(false);
  };
  const make = (): Promise<void> =>
    whileBusy(t('notRequested'), async () => {
      const body = { organization_id: organizationId, members, date_from: days.from, date_to: days.to, options };
      await told(await makePack({ ...body, name: open?.name ?? t('unnamed') }, key.current));
    });
  const keep = async (name: string, isMade: boolean): Promise<void> => {
    const saved = await savePack(organizationId, definition(name), key.current);
    key.current = crypto.randomUUID();
    await client.invalidateQueries({ queryKey: savedPacksKey(organizationId) });
    showToast({ title: t('savedNow'), text: name, icon: 'check', tone: 'good' });
    if (isMade) {
      await told(await makePack({ organization_id: organizationId, pack_id: saved.id }, `${key.current}-made`));
    }
  };
  const change = (pack: SavedPack): Promise<void> =>
    whileBusy(t('notSaved'), async () => {
      await changePack(pack, { members, period, options });
      await client.invalidateQueries({ queryKey: savedPacksKey(organizationId) });
      showToast({ title: t('savedNow'), text: pack.name, icon: 'check', tone: 'good' });
      onClose();
    });

  return (
    <section className="part" aria-label={t('newPack')}>
      <h2>{open ? open.name : t('newPack')}</h2>
      <p className="sub">{t('gridHint')}</p>
      <PackGrid rows={rows} companies={companies} chosen={chosen} onChange={setChosen} />
      <div className="pack-choices">
        <Period period={period} days={days} onChange={setPeriod} />
        <label className="opt-row">
          <input type="checkbox" checked={isWorkbook} onChange={({ target }) => setWorkbook(target.checked)} />
          <span>{t('workbook')}</span>
        </label>
      </div>
      <div className="pack-foot">
        <output>{problem ?? packHolds(members.length, new Set(members.map((one) => one.company_id)).size)}</output>
        <span className="grow" />
        {open && (
          <button type="button" className="btn" onClick={onClose}>
            {t('cancel')}
          </button>
        )}
        {open && (
          <button type="button" className="btn" disabled={problem !== null} onClick={() => void change(open)}>
            {t('saveChanges', { name: open.name })}
          </button>
        )}
        <button type="button" className="btn" disabled={problem !== null} onClick={() => setNamed(true)}>
          {t('saveAs')}
        </button>
        <button
          type="button"
          className="btn primary"
          disabled={problem !== null}
          aria-disabled={isBusy || undefined}
          onClick={() => void make()}
        >
          {t('makeNow')}
        </button>
      </div>
      {isNamed && (
        <NameDialog
          title={t('saveTitle')}
          lead={t('saveLead')}
          yes={t('save')}
          also={t('saveAndMake')}
          initial=""
          onSend={keep}
          onClose={() => setNamed(false)}
        />
      )}
    </section>
  );
}

interface PeriodProps {
  readonly period: SavedPeriod;
  readonly days: { readonly from: string; readonly to: string };
  readonly onChange: (period: SavedPeriod) => void;
}

function Period({ period, days, onChange }: PeriodProps) {
  const choose = (kind: PeriodKind): void =>
    onChange(kind === 'fixed' ? { kind, date_from: days.from, date_to: days.to } : { kind });
  return (
    <fieldset className="pack-period">
      <legend>{t('period')}</legend>
      <select aria-label={t('days')} value={period.kind} onChange={({ target }) => choose(target.value as PeriodKind)}>
        {periodKinds.map((kind) => (
          <option key={kind} value={kind}>
            {kind === 'fixed' ? t('chosenDays') : choiceName(kind)}
          </option>
        ))}
      </select>
      {period.kind === 'fixed' ? (
        (['from', 'to'] as const).map((end) => (
          <label key={end}>
            {t(end)}{' '}
            <input
              type="date"
              value={days[end]}
              onChange={({ target }) => {
                if (target.value === '') return;
                onChange({ kind: 'fixed', date_from: days.from, date_to: days.to, [`date_${end}`]: target.value });
              }}
            />
          </label>
        ))
      ) : (
        <span className="sub">{periodText(days.from, days.to)}</span>
      )}
    </fieldset>
  );
}
