/** Export: its main part downloads CSV at once, its second opens the other ways. */
import { lazy, Suspense, useRef, useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import type { FileFormat, ReportType } from '#contract/reports.ts';
import type { SavedReport } from '#contract/saved-reports.ts';
import { reportListQuery, type ReportQuestion } from '#web/api/reports.ts';
import { useShortcuts } from '#web/frame/shortcuts.ts';
import { Icon } from '#web/parts/icon.tsx';
import { reportWords as t } from '#web/words/en/reports.ts';
import { formatName } from '#web/words/formats.ts';
import type { DirectFile } from './direct-download.ts';
import { useExport } from './use-export.ts';

const loadMenu = () => import('./export-menu-popover.tsx');
const ExportMenuPopover = lazy(loadMenu);
const loadDialog = () => import('#web/parts/export-dialog/export-dialog.tsx');
const ExportDialog = lazy(loadDialog);

interface ExportButtonsProps {
  readonly type: ReportType;
  readonly question: ReportQuestion;
  /** Keys of those on screen, in order; undefined: all. */
  readonly columns?: readonly string[] | undefined;
  /** The saved report that is open. */
  readonly saved?: SavedReport | undefined;
  /** Undefined while they are counted. */
  readonly rows: number | undefined;
  /** Files at once, none in the background: those are for people who see amounts. */
  readonly isDirectOnly?: boolean;
}

/** What a press takes. */
const first: FileFormat = 'csv';

export function ExportButtons({ type, question, columns, saved, rows, isDirectOnly = false }: ExportButtonsProps) {
  const { isBusy, download, started } = useExport(type, question, columns, isDirectOnly);
  const { data: reports } = useQuery(reportListQuery);
  const options = useRef<HTMLButtonElement>(null);
  const [isMenuOpen, setMenuOpen] = useState(false);
  const [wasMenuOpen, setWasMenuOpen] = useState(false);
  const [dialogFor, setDialogFor] = useState<DirectFile | null>(null);
  const openMenu = (): void => {
    setWasMenuOpen(true);
    setMenuOpen(true);
  };
  const downloadCsv = (): void => download({ file_format: first, options: {} });
  useShortcuts({ e: downloadCsv });
  return (
    <>
      <div className="split">
        <button
          type="button"
          className="btn primary"
          aria-disabled={isBusy || undefined}
          aria-keyshortcuts="E"
          onClick={downloadCsv}
        >
          <Icon name={isBusy ? 'clock' : 'download'} />
          {t('export', { format: formatName(first) })}
        </button>
        <button
          type="button"
          ref={options}
          className="btn primary"
          aria-label={t('exportOptions')}
          aria-haspopup="menu"
          aria-expanded={isMenuOpen}
          onClick={openMenu}
          onKeyDown={(event) => {
            if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
            event.preventDefault();
            openMenu();
          }}
          onPointerEnter={() => void loadMenu()}
          onFocus={() => void loadMenu()}
        >
          <Icon name="down" />
        </button>
      </div>
      {wasMenuOpen && (
        <Suspense>
          <ExportMenuPopover
            rows={rows}
            isDirectOnly={isDirectOnly}
            limits={reports?.row_limits ?? {}}
            trigger={options}
            isOpen={isMenuOpen}
            onOpenChange={setMenuOpen}
            onDirect={download}
            onBackground={(file = { file_format: saved?.file_format ?? first, options: {} }) => setDialogFor(file)}
          />
        </Suspense>
      )}
      {dialogFor && (
        <Suspense>
          <ExportDialog
            fixed={{
              report_type: type,
              date_from: question.date_from,
              date_to: question.date_to,
              file_format: dialogFor.file_format,
              filters: question.filters,
              columns,
              compare_to: question.compare_to,
              date_basis: question.date_basis,
              ...(saved && { saved, csv_dialect: saved.options.csv_dialect ?? 'systems' }),
            }}
            onClose={() => setDialogFor(null)}
            onCreated={started}
          />
        </Suspense>
      )}
    </>
  );
}
