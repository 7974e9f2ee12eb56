/**
 * Any of a list that may be long (400 locations): typing narrows it, arrows move in it, Enter takes an entry in or out.
 * Nothing chosen means all. Archived entries are there when asked for, since old deliveries went to them.
 */
import { useMemo, useRef, useState, type KeyboardEvent } from 'react';
import { ListBox, ListBoxItem, type Selection } from 'react-aria-components/ListBox';
import { Icon } from '#web/parts/icon.tsx';
import { reportWords as t } from '#web/words/en/reports.ts';
import { count } from '#web/words/figures.ts';

export interface Entry {
  readonly id: string;
  readonly name: string;
  readonly code: string;
  readonly isArchived: boolean;
}

export interface EntryPickerProps {
  readonly label: string;
  /** `All locations`. */
  readonly allLabel: string;
  readonly entries: readonly Entry[];
  readonly chosen: readonly string[];
  /** Empty for all. */
  readonly onApply: (chosen: readonly string[]) => void;
}

export default function EntryPicker({ label, allLabel, entries, chosen, onApply }: EntryPickerProps) {
  const [draft, setDraft] = useState<ReadonlySet<string>>(() => new Set(chosen));
  const archived = entries.filter(({ isArchived }) => isArchived);
  const [showsArchived, setShowsArchived] = useState(() => archived.some(({ id }) => draft.has(id)));
  const [typed, setTyped] = useState('');
  const list = useRef<HTMLDivElement>(null);
  const sorted = useMemo(() => [...entries].sort(byUseAndName), [entries]);
  const shown = sorted.filter(
    ({ isArchived, name, code }) => (showsArchived || !isArchived) && matches(`${name} ${code}`, typed),
  );
  // in the order of the list, and what is chosen but not in it (any more) after that
  const inOrder = [...new Set([...sorted.map(({ id }) => id), ...draft])].filter((id) => draft.has(id));
  const toList = (event: KeyboardEvent): void => {
    if (event.key !== 'ArrowDown') return;
    event.preventDefault();
    list.current?.querySelector<HTMLElement>('[role="option"]')?.focus();
  };
  const changeShown = (keys: Selection): void => {
    const chosenNow = keys === 'all' ? shown.map(({ id }) => id) : [...keys].map(String);
    // what the search hides stays as it was
    const hidden = [...draft].filter((id) => !shown.some((entry) => entry.id === id));
    setDraft(new Set([...hidden, ...chosenNow]));
  };
  return (
    <div className="entry-picker">
      <div className="searchbox-s">
        <input
          type="search"
          {...focusHere}
          aria-label={t('searchIn', { what: label })}
          placeholder={t('nameOrCode')}
          value={typed}
          onChange={({ target }) => setTyped(target.value)}
          onKeyDown={toList}
        />
      </div>
      <button type="button" className="item" aria-pressed={draft.size === 0} onClick={() => onApply([])}>
        {allLabel}
        {draft.size === 0 && <CheckedEnd />}
      </button>
      <hr />
      <ListBox
        ref={list}
        className="scroller"
        aria-label={label}
        selectionMode="multiple"
        selectedKeys={draft}
        onSelectionChange={changeShown}
        renderEmptyState={() => <p className="cap">{t('nothingByName')}</p>}
      >
        {shown.slice(0, drawnMax).map((entry) => (
          <ListBoxItem key={entry.id} id={entry.id} className="item" textValue={`${entry.name} ${entry.code}`}>
            {({ isSelected }) => (
              <>
                <span className={isSelected ? 'box on' : 'box'} aria-hidden="true" />
                <span>{entry.name}</span>
                <span className="end">{entry.isArchived ? t('archived', { code: entry.code }) : entry.code}</span>
              </>
            )}
          </ListBoxItem>
        ))}
      </ListBox>
      {shown.length > drawnMax && <p className="cap">{t('moreByTyping', { n: count(shown.length - drawnMax) })}</p>}
      {archived.length > 0 && (
        <label className="item archived-too">
          <input type="checkbox" checked={showsArchived} onChange={() => setShowsArchived(!showsArchived)} />
          <span>{t('archivedToo')}</span>
          <span className="end">{archived.length}</span>
        </label>
      )}
      <div className="foot">
        <span className="muted">{draft.size === 0 ? t('all') : t('chosen', { n: count(draft.size) })}</span>
        <span className="foot-acts">
          <button type="button" className="btn s ghost" onClick={() => setDraft(new Set())}>
            {t('clear')}
          </button>
          <button type="button" className="btn s primary" onClick={() => onApply(inOrder)}>
            {t('apply')}
          </button>
        </span>
      </div>
    </div>
  );
}

/** More are found by typing: nobody reads further. */
const drawnMax = 200;

/** Whoever opens a long list wants to search in it. */
const focusHere = { autoFocus: true } as const;

const CheckedEnd = () => (
  <span className="end">
    <Icon name="check" />
  </span>
);

/** Those in use first; `Kitchen 9` before `Kitchen 10`. */
const { compare } = new Intl.Collator('en', { numeric: true });
const byUseAndName = (a: Entry, b: Entry): number =>
  Number(a.isArchived) - Number(b.isArchived) || compare(a.name, b.name);

const plain = (text: string): string =>
  text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().replaceAll('ß', 'ss');

/** Each word typed occurs somewhere; case and accents do not matter. */
function matches(text: string, typed: string): boolean {
  const found = plain(text);
  return plain(typed)
    .split(/\s+/)
    .every((word) => found.includes(word));
}
