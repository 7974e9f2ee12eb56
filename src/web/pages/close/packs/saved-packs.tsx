/** Saved packs: run with one press, for the days their period means now; renamed, opened in the grid, deleted. */
import { useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useRef, useState } from 'react';
import type { SavedPack } from '#contract/packs.ts';
import { daysOf } from '#contract/saved-reports.ts';
import { changePack, deleteSavedPack, makePack, savedPacksKey } from '#web/api/packs.ts';
import { useMe } from '#web/frame/company-context.tsx';
import { showToast } from '#web/frame/toasts.tsx';
import { Icon } from '#web/parts/icon.tsx';
import { MenuButton } from '#web/parts/menu-button.tsx';
import type { MenuEntry } from '#web/parts/menu-popover.tsx';
import { problemToast } from '#web/parts/problem-toast.ts';
import { useToday } from '#web/parts/use-clock.ts';
import { periodText } from '#web/words/days.ts';
import { packWords as t } from '#web/words/en/packs.ts';
import { packHolds } from '#web/words/jobs.ts';
import { choiceName } from '#web/words/reports.ts';
import { isOfGrid } from './chosen.ts';
import { useGridRows } from './grid-rows.ts';
import { NameDialog } from './name-dialog.tsx';
import { usePackCompanies } from './pack-companies.ts';
import { useMade } from './use-made.ts';

const Confirm = lazy(() => import('#web/parts/confirm.tsx'));

interface SavedPacksProps {
  readonly packs: readonly SavedPack[];
  readonly onOpen: (pack: SavedPack) => void;
}

export function SavedPacks({ packs, onOpen }: SavedPacksProps) {
  const today = useToday();
  return (
    <section className="part" aria-label={t('saved')}>
      <h2>{t('saved')}</h2>
      {packs.length === 0 ? (
        <p className="muted">{t('noSaved')}</p>
      ) : (
        <table className="table plain mid stack after" role="table">
          <caption className="vh">{t('saved')}</caption>
          <thead role="rowgroup">
            <tr role="row">
              {[t('name'), t('holds'), t('period'), t('actions')].map((name) => (
                <th key={name} scope="col" role="columnheader">
                  {name === t('actions') ? <span className="vh">{name}</span> : name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody role="rowgroup">
            {packs.map((pack) => (
              <tr role="row" key={pack.id}>
                <th scope="row" role="rowheader">
                  {pack.name}
                </th>
                <td role="cell" data-l={t('holds')}>
                  {packHolds(pack.members.length, pack.company_ids.length)}
                  {pack.options.workbook && ` ${t('withWorkbook')}`}
                </td>
                <td role="cell" data-l={t('period')}>
                  {periodOf(pack, today)}
                </td>
                <td role="cell" data-l={t('actions')}>
                  <Actions pack={pack} onOpen={() => onOpen(pack)} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

function periodOf({ period }: SavedPack, today: string): string {
  const { from, to } = daysOf(period, today);
  const days = periodText(from, to);
  return period.kind === 'fixed' ? days : t('periodNamed', { period: choiceName(period.kind), days });
}

function Actions({ pack, onOpen }: { pack: SavedPack; onOpen: () => void }) {
  const { user, organizations } = useMe();
  const client = useQueryClient();
  const companies = usePackCompanies();
  const rows = useGridRows();
  const told = useMade();
  const key = useRef(crypto.randomUUID());
  const [isBusy, setBusy] = useState(false);
  const [asked, setAsked] = useState<'rename' | 'delete' | null>(null);
  const reload = () => client.invalidateQueries({ queryKey: savedPacksKey(pack.organization_id) });
  const role = organizations.find(({ id }) => id === pack.organization_id)?.role;
  const mayChange = pack.created_by?.id === user.id || role === 'owner' || role === 'admin';
  const isShown = isOfGrid(
    pack.members,
    rows,
    companies.map(({ id }) => id),
  );
  const run = async (): Promise<void> => {
    if (isBusy) return;
    setBusy(true);
    try {
      await told(await makePack({ organization_id: pack.organization_id, pack_id: pack.id }, key.current));
      key.current = crypto.randomUUID();
    } catch (error) {
      showToast(problemToast(error, t('notRequested')));
    }
    setBusy(false);
  };
  const remove = async (): Promise<void> => {
    try {
      await deleteSavedPack(pack);
    } catch (error) {
      showToast(problemToast(error, t('notDeleted')));
      throw error;
    }
    await reload();
  };
  const entries: MenuEntry[] = [
    ...(isShown ? [{ id: 'open', label: t('change'), icon: 'edit' } as const] : []),
    ...(mayChange
      ? [
          { id: 'rename', label: t('rename'), icon: 'edit' } as const,
          { id: 'delete', label: t('delete'), icon: 'trash', isDanger: true, startsGroup: true } as const,
        ]
      : []),
  ];
  return (
    <span className="pack-acts">
      <button
        type="button"
        className="btn s"
        aria-label={t('runPack', { name: pack.name })}
        aria-disabled={isBusy || undefined}
        onClick={() => void run()}
      >
        <Icon name="again" small />
        {t('run')}
      </button>
      {entries.length > 0 && (
        <MenuButton
          className="icon-btn"
          label={t('more', { name: pack.name })}
          isLabelHidden
          placement="bottom end"
          entries={entries}
          onChoose={(id) => (id === 'open' ? onOpen() : setAsked(id as 'rename' | 'delete'))}
        >
          <Icon name="more" />
        </MenuButton>
      )}
      {asked === 'rename' && (
        <NameDialog
          title={t('renameTitle')}
          yes={t('renameYes')}
          initial={pack.name}
          onSend={async (name) => {
            await changePack(pack, { name });
            await reload();
            showToast({ title: t('renamed'), text: name, icon: 'check', tone: 'good' });
          }}
          onClose={() => setAsked(null)}
        />
      )}
      <Suspense>
        {asked === 'delete' && (
          <Confirm
            title={t('deleteTitle', { name: pack.name })}
            yes={t('deleteYes')}
            no={t('keep')}
            onYes={remove}
            onClose={() => setAsked(null)}
          >
            {t('deleteText')}
          </Confirm>
        )}
      </Suspense>
    </span>
  );
}
