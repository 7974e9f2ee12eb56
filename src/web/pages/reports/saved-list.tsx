/** Saved reports as links to their pages: opened with today's days, renamed, copied, shared, deleted. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useRouter } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import type { ReportDescription } from '#contract/reports.ts';
import { daysOf, type SavedReport } from '#contract/saved-reports.ts';
import {
  changeSavedReport,
  createSavedReport,
  deleteSavedReport,
  savedReportsKey,
  savedReportsQuery,
} from '#web/api/saved-reports.ts';
import { useCompany, useMay, useMe } from '#web/frame/company-context.tsx';
import { showToast } from '#web/frame/toasts.tsx';
import { copyText } from '#web/parts/clipboard.ts';
import { Icon } from '#web/parts/icon.tsx';
import { MenuButton } from '#web/parts/menu-button.tsx';
import type { MenuEntry } from '#web/parts/menu-popover.tsx';
import { problemToast } from '#web/parts/problem-toast.ts';
import { useToday } from '#web/parts/use-clock.ts';
import { periodText } from '#web/words/days.ts';
import { reportWords as t } from '#web/words/en/reports.ts';
import { choiceName, reportName } from '#web/words/reports.ts';

const Confirm = lazy(() => import('#web/parts/confirm.tsx'));
const RenameDialog = lazy(() => import('./rename-dialog.tsx'));

export function SavedList({ reports }: { reports: readonly ReportDescription[] }) {
  const { id } = useCompany();
  const { data: saved = [] } = useQuery(savedReportsQuery(id));
  if (saved.length === 0) return null;
  return (
    <section className="report-list" aria-label={t('savedReports')}>
      <h2>{t('savedReports')}</h2>
      <ul>
        {saved.map((one) => (
          <Entry key={one.id} saved={one} report={reports.find(({ type }) => type === one.report_type)} />
        ))}
      </ul>
    </section>
  );
}

function Entry({ saved, report }: { saved: SavedReport; report: ReportDescription | undefined }) {
  const me = useMe();
  const today = useToday();
  if (!report) return null;
  const { from, to } = daysOf(saved.period, today);
  const isOwn = saved.created_by.id === me.user.id;
  return (
    <li>
      <Icon name="bookmark" />
      <div>
        {/* the address names it alone: whoever it is sent to opens it as it is then */}
        <Link
          to="/reports/$report"
          params={{ report: report.slug }}
          search={{ company: saved.company_id, saved: saved.id } as never}
        >
          {saved.name}
        </Link>
        {saved.is_shared && <span className="tag">{t('sharedTag')}</span>}
        <p>
          {reportName(saved.report_type)},{' '}
          {saved.period.kind === 'fixed' ? periodText(from, to) : choiceName(saved.period.kind).toLowerCase()}
        </p>
        {!isOwn && <p className="sub">{t('savedBy', { name: saved.created_by.name })}</p>}
      </div>
      <Actions saved={saved} slug={report.slug} isOwn={isOwn} />
    </li>
  );
}

type Action = 'rename' | 'duplicate' | 'share' | 'unshare' | 'link' | 'delete';

function Actions({ saved, slug, isOwn }: { saved: SavedReport; slug: string; isOwn: boolean }) {
  const queryClient = useQueryClient();
  const router = useRouter();
  const mayChange = useMay('manage_company') || isOwn;
  const [asked, setAsked] = useState<'rename' | 'delete' | null>(null);
  const reload = (): Promise<void> => queryClient.invalidateQueries({ queryKey: savedReportsKey(saved.company_id) });
  const entries: (MenuEntry & { id: Action })[] = [
    { id: 'link', label: t('savedCopyLink'), icon: 'link' },
    { id: 'duplicate', label: t('savedDuplicate'), icon: 'copy' },
    ...(mayChange ? [{ id: 'rename', label: t('savedRename'), icon: 'edit' } as const] : []),
    ...(isOwn && !saved.is_shared ? [{ id: 'share', label: t('savedShare'), icon: 'org' } as const] : []),
    ...(isOwn && saved.is_shared ? [{ id: 'unshare', label: t('savedUnshare'), icon: 'lock' } as const] : []),
    ...(mayChange
      ? [{ id: 'delete', label: t('savedDelete'), icon: 'trash', isDanger: true, startsGroup: true } as const]
      : []),
  ];
  const attempt = async (title: string, work: () => Promise<SavedReport>): Promise<void> => {
    try {
      const { name } = await work();
      showToast({ title, text: name, icon: 'check', tone: 'good' });
    } catch (error) {
      showToast(problemToast(error, t('savedNotChanged')));
    }
    await reload();
  };
  const act = (action: Action): void => {
    if (action === 'rename' || action === 'delete') setAsked(action);
    if (action === 'link') {
      const { href } = router.buildLocation({
        to: '/reports/$report',
        params: { report: slug },
        search: { company: saved.company_id, saved: saved.id } as never,
      });
      void copyText(location.origin + href, 'Link');
    }
    if (action === 'share') void attempt(t('savedIsShared'), () => changeSavedReport(saved, { is_shared: true }));
    if (action === 'unshare') void attempt(t('savedIsPrivate'), () => changeSavedReport(saved, { is_shared: false }));
    if (action === 'duplicate') {
      const { report_type, filters, columns, ordering, period, file_format, options } = saved;
      const name = t('copyOf', { name: saved.name }).slice(0, 100);
      const copy = { name, report_type, filters, columns, ordering, period, file_format, options, is_shared: false };
      void attempt(t('savedCopied'), () => createSavedReport(saved.company_id, copy));
    }
  };
  const remove = async (): Promise<void> => {
    try {
      await deleteSavedReport(saved);
    } catch (error) {
      showToast(problemToast(error, t('notDeleted')));
      throw error;
    }
    await reload();
  };
  return (
    <>
      <MenuButton
        className="icon-btn"
        label={t('savedActions', { name: saved.name })}
        isLabelHidden
        placement="bottom end"
        entries={entries}
        onChoose={(id) => act(id as Action)}
      >
        <Icon name="more" />
      </MenuButton>
      <Suspense>
        {asked === 'rename' && <RenameDialog saved={saved} onDone={reload} onClose={() => setAsked(null)} />}
        {asked === 'delete' && (
          <Confirm
            title={t('savedDeleteTitle', { name: saved.name })}
            yes={t('savedDelete').replace('…', '')}
            no={t('savedKeep')}
            onYes={remove}
            onClose={() => setAsked(null)}
          >
            {t(saved.is_shared ? 'savedDeleteShared' : 'savedDeleteText')}
          </Confirm>
        )}
      </Suspense>
    </>
  );
}
