/**
 * Single-key shortcuts. They rest while something is typed, while a dialog or menu is open, and when switched off
 * (people who speak their input need that). `g` waits a moment for a second key.
 */
import { useEffect, useRef } from 'react';

/** `n`, `shift+r`, `g e`, `?` -> what it does. */
export type Shortcuts = Readonly<Record<string, () => void>>;

const storageKey = 'mathership.shortcuts';
const secondKeyWithinMs = 1200;

export function areShortcutsOn(): boolean {
  try {
    return localStorage.getItem(storageKey) !== 'off';
  } catch {
    return true;
  }
}

export function switchShortcuts(isOn: boolean): void {
  try {
    if (isOn) localStorage.removeItem(storageKey);
    else localStorage.setItem(storageKey, 'off');
  } catch {
    // storage is closed: they stay as they are
  }
}

/** Nothing is typed into a check box. */
const typedInto = 'input:not([type="checkbox"]), textarea, select, [contenteditable="true"]';

const tables: { readonly current: Shortcuts }[] = [];
let firstKey: { key: string; at: number } | null = null;

function onKeyDown(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || !areShortcutsOn()) return;
  if (event.target instanceof Element && event.target.closest(typedInto)) return;
  if (document.querySelector('[role="dialog"], [role="alertdialog"], [role="menu"], [role="listbox"]')) return;
  const shift = event.shiftKey && /^[a-z]$/i.test(event.key) ? 'shift+' : '';
  const pressed = shift + event.key.toLowerCase();
  const isSecond = firstKey !== null && event.timeStamp - firstKey.at < secondKeyWithinMs;
  const name = isSecond && firstKey ? `${firstKey.key} ${pressed}` : pressed;
  firstKey = pressed === 'g' ? { key: 'g', at: event.timeStamp } : null;
  const action = tables.findLast(({ current }) => name in current)?.current[name];
  if (!action) return;
  event.preventDefault();
  action();
}

/** The keys of a page while it is shown; a later table goes before an earlier one. */
export function useShortcuts(shortcuts: Shortcuts): void {
  const latest = useRef(shortcuts);
  useEffect(() => {
    latest.current = shortcuts;
  });
  useEffect(() => {
    if (tables.length === 0) addEventListener('keydown', onKeyDown);
    tables.push(latest);
    return () => {
      tables.splice(tables.indexOf(latest), 1);
      if (tables.length === 0) removeEventListener('keydown', onKeyDown);
    };
  }, []);
}
