/** A field to search with: the address follows when the typing pauses, and the field follows the address. */
import { useEffect, useRef, useState } from 'react';
import { useShortcuts } from '#web/frame/shortcuts.ts';
import { Icon } from './icon.tsx';

const typingPauseMs = 250;

interface SearchInputProps {
  readonly label: string;
  readonly placeholder: string;
  /** As the address has it. */
  readonly value: string | undefined;
  /** Undefined when nothing is searched for any more. */
  readonly onSearch: (text: string | undefined) => void;
}

export function SearchInput({ label, placeholder, value, onSearch }: SearchInputProps) {
  const [text, setText] = useState(value ?? '');
  const [known, setKnown] = useState(value);
  const input = useRef<HTMLInputElement>(null);
  const latest = useRef(onSearch);
  useShortcuts({ '/': () => input.current?.focus() });
  // the address was changed by something else, such as Back
  if (known !== value) {
    setKnown(value);
    if ((value ?? '') !== text.trim()) setText(value ?? '');
  }
  useEffect(() => {
    latest.current = onSearch;
  });
  useEffect(() => {
    const wanted = text.trim() || undefined;
    if (wanted === value) return undefined;
    const timer = setTimeout(() => latest.current(wanted), typingPauseMs);
    return () => clearTimeout(timer);
  }, [text, value]);
  return (
    <div className="searchbox">
      <Icon name="search" />
      <input
        ref={input}
        type="search"
        aria-label={label}
        aria-keyshortcuts="/"
        placeholder={placeholder}
        maxLength={200}
        value={text}
        onChange={({ target }) => setText(target.value)}
      />
      {text === '' && <kbd aria-hidden="true">/</kbd>}
    </div>
  );
}
