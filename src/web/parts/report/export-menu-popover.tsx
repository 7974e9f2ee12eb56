/** What a report can be exported as, at once and in the background. */
import type { RefObject } from 'react';
import { Header } from 'react-aria-components/Header';
import { Menu, MenuItem, MenuSection } from 'react-aria-components/Menu';
import { Popover } from 'react-aria-components/Popover';
import { Separator } from 'react-aria-components/Separator';
import { FormatBadge } from '#web/parts/badges.tsx';
import { Icon } from '#web/parts/icon.tsx';
import { count, counted } from '#web/words/figures.ts';
import type { DirectFile } from './direct-download.ts';
import { fileSizeText } from './file-size.ts';

interface ExportMenuProps {
  /** Undefined while it is counted. */
  readonly rows: number | undefined;
  /** Rows a PDF may have when it is downloaded at once. */
  readonly pdfRowsMax: number | undefined;
  readonly isDirectOnly: boolean;
  readonly onDirect: (file: DirectFile) => void;
  readonly onBackground: (file?: DirectFile) => void;
  readonly trigger: RefObject<Element | null>;
  readonly isOpen: boolean;
  readonly onOpenChange: (isOpen: boolean) => void;
}

const systems: DirectFile = { file_format: 'csv', options: {} };
const spreadsheets: DirectFile = { file_format: 'csv', options: { csv_dialect: 'spreadsheets' } };
const workbook: DirectFile = { file_format: 'xlsx', options: {} };
const pdf: DirectFile = { file_format: 'pdf', options: {} };

/** The focus belongs into a menu that has just been opened. */
const focusFirst = { autoFocus: 'first' } as const;

export default function ExportMenuPopover(props: ExportMenuProps) {
  const { rows, isDirectOnly, pdfRowsMax, onDirect, onBackground, trigger, isOpen, onOpenChange } = props;
  const isTooLong = rows !== undefined && pdfRowsMax !== undefined && rows > pdfRowsMax;
  return (
    <Popover
      trigger="MenuTrigger"
      className="pop export-menu"
      aria-label="Export options"
      placement="bottom end"
      triggerRef={trigger}
      isOpen={isOpen}
      onOpenChange={onOpenChange}
    >
      <Menu {...focusFirst} aria-label="Export options" onClose={() => onOpenChange(false)}>
        <MenuSection>
          <Header className="cap">Download now{rows !== undefined && ` · ${counted(rows, 'row')}`}</Header>
          <FileItem file={systems} label="For systems" rows={rows} onAction={onDirect} />
          <FileItem file={spreadsheets} label="For spreadsheets" rows={rows} onAction={onDirect} />
          <FileItem file={workbook} label="For Excel" rows={rows} onAction={onDirect} />
          {!isTooLong && <FileItem file={pdf} label="For reading" rows={rows} onAction={onDirect} />}
        </MenuSection>
        {!isDirectOnly && <Separator />}
        {isTooLong && !isDirectOnly && (
          <MenuItem id="long-pdf" className="item" textValue="PDF in background" onAction={() => onBackground(pdf)}>
            <FormatBadge format="pdf" />
            <span>
              In background…<small>Above {count(pdfRowsMax)} rows</small>
            </span>
          </MenuItem>
        )}
        {!isDirectOnly && (
          <MenuItem id="background" className="item" textValue="Export in background…" onAction={() => onBackground()}>
            <Icon name="queue" />
            <span>
              Export in background…<small>A checked ZIP in Export History</small>
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
      {rows !== undefined && <span className="end">{fileSizeText(format, rows)}</span>}
    </MenuItem>
  );
}
