/**
 * Short notices at the corner: what happened, and the next step as a link. They go after 8 seconds, or 20 when they
 * offer something to do; not while the pointer or the focus is on them.
 */
import { useEffect, useRef, useSyncExternalStore } from 'react';
import { Icon, type IconName } from '#web/parts/icon.tsx';

export interface Toast {
  readonly title: string;
  readonly text?: string;
  /** The export it is about: the next notice about it takes its place, and Export History takes them all away. */
  readonly exportId?: string;
  readonly icon?: IconName;
  /** Colour of the icon: done, failed, waiting, expired. */
  readonly tone?: 'good' | 'bad' | 'wait' | 'old';
  readonly links?: readonly { readonly label: string; readonly onPress: () => void }[];
}

interface ShownToast extends Toast {
  readonly id: number;
}

const shownMax = 4;
let shown: readonly ShownToast[] = [];
let nextId = 1;
const listeners = new Set<() => void>();

function change(next: readonly ShownToast[]): void {
  shown = next;
  for (const listener of listeners) listener();
}

export function showToast(toast: Toast): void {
  const next: ShownToast = { ...toast, id: nextId++ };
  if (isTold(toast.exportId)) return change(shown.map((old) => (old.exportId === toast.exportId ? next : old)));
  // the same notice again replaces the old one instead of piling up
  const others = shown.filter(({ title, text }) => title !== toast.title || text !== toast.text);
  change([...others, next].slice(-shownMax));
}

/** Whether a notice about this export is on the page. */
export const isTold = (exportId: string | undefined): boolean =>
  exportId !== undefined && shown.some((toast) => toast.exportId === exportId);

/** Takes away what is said about one export: its row says it. */
export const dismissExportToast = (id: string): void => {
  if (isTold(id)) change(shown.filter(({ exportId }) => exportId !== id));
};

/** Takes away what is said about exports: their rows say it. */
export const dismissExportToasts = (): void => {
  if (shown.some(({ exportId }) => exportId !== undefined))
    change(shown.filter(({ exportId }) => exportId === undefined));
};

const dismiss = (id: number): void => change(shown.filter((toast) => toast.id !== id));

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function Toasts() {
  const toasts = useSyncExternalStore(subscribe, () => shown);
  return (
    <section className="toasts" aria-label="Notices" data-react-aria-top-layer="true">
      {toasts.map((toast) => (
        <ToastCard key={toast.id} toast={toast} />
      ))}
    </section>
  );
}

function ToastCard({ toast }: { toast: ShownToast }) {
  const card = useRef<HTMLOutputElement>(null);
  const seconds = toast.links ? 20 : 8;
  useEffect(() => {
    let left = seconds;
    const timer = setInterval(() => {
      if (card.current?.matches(':hover, :focus-within')) return;
      left -= 1;
      if (left <= 0) dismiss(toast.id);
    }, 1000);
    return () => clearInterval(timer);
  }, [seconds, toast.id]);
  return (
    <output className={`toast ${toast.tone ?? ''}`} ref={card}>
      <Icon name={toast.icon ?? 'info'} />
      <span className="t">
        <b>{toast.title}</b>
        {toast.text && <span className="text">{toast.text}</span>}
        {toast.links && (
          <span className="links">
            {toast.links.map(({ label, onPress }) => (
              <button
                key={label}
                type="button"
                onClick={() => {
                  dismiss(toast.id);
                  onPress();
                }}
              >
                {label}
              </button>
            ))}
          </span>
        )}
      </span>
      <button type="button" className="icon-btn" aria-label="Close" onClick={() => dismiss(toast.id)}>
        <Icon name="x" />
      </button>
    </output>
  );
}
