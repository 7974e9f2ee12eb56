/** What a report can be exported as, at once and in the background. */
import type { RefObject } from 'react';
import type { FileFormat } from '#contract/reports.ts';
import { Header } from 'react-aria-components/Header';
import { Menu, MenuItem, MenuSection } from 'react-aria-components/Menu';
import { Popover } from 'react-aria-components/Popover';
import { Separator } from 'react-aria-components/Separator';
import { FormatBadge } from '#web/parts/badges.tsx';
import { Icon } from '#web/parts/icon.tsx';
import { reportWords as t } from '#web/words/en/reports.ts';
import { count } from '#web/words/figures.ts';
import { formatOf, offeredFormats } from '#web/words/formats.ts';
import type { DirectFile } from './direct-download.ts';

interface ExportMenuProps {
  /** Undefined while it is counted. */
  readonly rows: number | undefined;
  /** Rows a format may have when it is downloaded at once; absent: any number. */
  readonly limits: Partial<Record<FileFormat, { direct: number }>>;
  readonly isDirectOnly: boolean;
  readonly onDirect: (file: DirectFile) => void;
  readonly onBackground: (file?: DirectFile) => void;
  readonly trigger: RefObject<Element | null>;
  readonly isOpen: boolean;
  readonly onOpenChange: (isOpen: boolean) => void;
}

/** The focus belongs into a menu that has just been opened. */
const focusFirst = { autoFocus: 'first' } as const;

export default function ExportMenuPopover(props: ExportMenuProps) {
  const { rows, isDirectOnly, limits, onDirect, onBackground, trigger, isOpen, onOpenChange } = props;
  const limitOf = (format: FileFormat): number => limits[format]?.direct ?? Infinity;
  const isTooLong = (format: FileFormat): boolean => rows !== undefined && rows > limitOf(format);
  const files = offeredFormats.flatMap((format) =>
    formatOf(format).ways.map(({ label, options }) => ({ label, file: { file_format: format, options } })),
  );
  return (
    <Popover
      trigger="MenuTrigger"
      className="pop export-menu"
      aria-label={t('exportOptions')}
      placement="bottom end"
      triggerRef={trigger}
      isOpen={isOpen}
      onOpenChange={onOpenChange}
    >
      <Menu {...focusFirst} aria-label={t('exportOptions')} onClose={() => onOpenChange(false)}>
        <MenuSection>
          <Header className="cap">
            {rows === undefined ? t('downloadNow') : t('downloadNowRows', { count: rows, n: count(rows) })}
          </Header>
          {files
            .filter(({ file }) => !isTooLong(file.file_format))
            .map(({ label, file }) => (
              <FileItem key={label} file={file} label={label} rows={rows} onAction={onDirect} />
            ))}
        </MenuSection>
        {!isDirectOnly && <Separator />}
        {!isDirectOnly &&
          offeredFormats.filter(isTooLong).map((format) => (
            <MenuItem
              key={format}
              id={`long-${format}`}
              className="item"
              textValue={`${formatOf(format).name} ${t('inBackground')}`}
              onAction={() => onBackground({ file_format: format, options: {} })}
            >
              <FormatBadge format={format} />
              <span>
                {t('inBackground')}
                <small>{t('aboveRows', { rows: count(limitOf(format)) })}</small>
              </span>
            </MenuItem>
          ))}
        {!isDirectOnly && (
          <MenuItem
            id="background"
            className="item"
            textValue={t('exportInBackground')}
            onAction={() => onBackground()}
          >
            <Icon name="queue" />
            <span>
              {t('exportInBackground')}
              <small>{t('exportInBackgroundDetail')}</small>
            </span>
          </MenuItem>
        )}
      </Menu>
    </Popover>
  );
}

interface FileItemProps {
  readonly file: DirectFile;
  readonly label: string;
  readonly rows: number | undefined;
  readonly onAction: (file: DirectFile) => void;
}

function FileItem({ file, label, rows, onAction }: FileItemProps) {
  const { file_format: format, options } = file;
  return (
    <MenuItem
      id={`${format}-${options.csv_dialect ?? ''}`}
      className="item"
      textValue={`${format.toUpperCase()} ${label}`}
      onAction={() => onAction(file)}
    >
      <FormatBadge format={format} />
      <span>{label}</span>
      {rows !== undefined && <span className="end">{formatOf(format).sizeText(rows)}</span>}
    </MenuItem>
  );
}
