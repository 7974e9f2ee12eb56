/** Where files are dropped or chosen. Dropping beside it does not make the browser open the file instead of the page. */
import { useEffect, useRef, useState, type DragEvent } from 'react';
import { templateUrl } from '#web/api/imports.ts';
import { Icon } from '#web/parts/icon.tsx';
import { bytes, counted } from '#web/words/figures.ts';
import { bytesOf } from './files.ts';
import type { ImportSession, ImportState } from './import-session.ts';

interface DropZoneProps {
  readonly session: ImportSession;
  readonly state: ImportState;
}

export function DropZone({ session, state }: DropZoneProps) {
  const { files, notTaken } = state;
  const [isOver, setOver] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  useNoStrayDrop();
  const hasFiles = files.length > 0;
  const take = (chosen: FileList | null): void => {
    if (chosen && chosen.length > 0) void session.add([...chosen]);
  };
  const over = (event: DragEvent): void => {
    if (!event.dataTransfer.types.includes('Files')) return;
    event.preventDefault();
    setOver(true);
  };
  const drop = (event: DragEvent): void => {
    event.preventDefault();
    setOver(false);
    take(event.dataTransfer.files);
  };
  const choose = (
    <button type="button" className={hasFiles ? 'btn s' : 'btn primary'} onClick={() => input.current?.click()}>
      {hasFiles ? 'Add files…' : 'Choose files…'}
    </button>
  );
  return (
    <>
      {/* a place to drop on; the button in it does the same for those who do not drag */}
      {/* oxlint-disable-next-line jsx-a11y/no-static-element-interactions */}
      <div
        className={`drop${hasFiles ? ' slim' : ''}${isOver ? ' over' : ''}`}
        onDragEnter={over}
        onDragOver={over}
        onDragLeave={({ currentTarget, relatedTarget }) => {
          if (!(relatedTarget instanceof Node && currentTarget.contains(relatedTarget))) setOver(false);
        }}
        onDrop={drop}
      >
        <Icon name="upload" />
        {hasFiles ? (
          <>
            <div>
              <b>
                {counted(files.length, 'file')}, {bytes(bytesOf(files))}
              </b>
              <p className="sub">Drop more, or the same name again to replace it</p>
            </div>
            {choose}
          </>
        ) : (
          <>
            <b>Drop files: CSV, Excel, or a ZIP of them</b>
            <p>As your other systems export them, any number at once. Nothing is written before you say so.</p>
            <div className="row">
              {choose}
              <a className="btn" href={templateUrl('all.zip')} download>
                <Icon name="download" />
                All templates
              </a>
            </div>
          </>
        )}
        <input
          ref={input}
          type="file"
          multiple
          hidden
          aria-label="Files to import"
          onChange={({ target }) => {
            take(target.files);
            // the same file chosen again is a choice, too
            target.value = '';
          }}
        />
      </div>
      {notTaken.length > 0 && (
        <div className="banner warn after" role="alert">
          <Icon name="warn" />
          <div>
            {notTaken.map((sentence) => (
              <p key={sentence}>{sentence}</p>
            ))}
          </div>
        </div>
      )}
    </>
  );
}

function useNoStrayDrop(): void {
  useEffect(() => {
    const refuse = (event: globalThis.DragEvent): void => {
      if (event.dataTransfer?.types.includes('Files')) event.preventDefault();
    };
    addEventListener('dragover', refuse);
    addEventListener('drop', refuse);
    return () => {
      removeEventListener('dragover', refuse);
      removeEventListener('drop', refuse);
    };
  }, []);
}
