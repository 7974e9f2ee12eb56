/**
 * Icons by name, drawn from one sprite that is put into the document once. Decorative: the word beside it carries the meaning.
 */
import sprite from './icons.svg?raw';

export type IconName =
  | 'again'
  | 'archive'
  | 'asc'
  | 'ask'
  | 'ban'
  | 'calendar'
  | 'check'
  | 'clock'
  | 'copy'
  | 'csv'
  | 'desc'
  | 'done'
  | 'down'
  | 'download'
  | 'edit'
  | 'expired'
  | 'eye'
  | 'fail'
  | 'file'
  | 'filter'
  | 'history'
  | 'info'
  | 'key'
  | 'left'
  | 'link'
  | 'lock'
  | 'mail'
  | 'menu'
  | 'minus'
  | 'more'
  | 'offline'
  | 'orders'
  | 'org'
  | 'out'
  | 'pdf'
  | 'person'
  | 'pin'
  | 'plus'
  | 'queue'
  | 'refresh'
  | 'right'
  | 'seal'
  | 'search'
  | 'spin'
  | 'stock'
  | 'sun'
  | 'trash'
  | 'unseal'
  | 'updown'
  | 'upload'
  | 'warn'
  | 'x'
  | 'xlsx'
  | 'zip';

/** Puts the sprite into the page; called once before the first render. */
export function installIcons(): void {
  const holder = document.createElement('div');
  holder.hidden = true;
  holder.innerHTML = sprite;
  document.body.prepend(holder);
}

/** 16 px, or 14 px when `small`. */
export function Icon({ name, small = false }: { name: IconName; small?: boolean }) {
  return (
    <svg className={small ? 'i s' : 'i'} aria-hidden="true">
      <use href={`#i-${name}`} />
    </svg>
  );
}

export function BrandMark() {
  return (
    <svg viewBox="0 0 22 22" aria-hidden="true">
      <rect width="22" height="22" rx="6" fill="var(--accent)" />
      <path d="M10.4 4.200v6.900H5.300zM11.800 6.600v4.500h4z" fill="#fff" />
      <path d="M4.400 12.700h13.200l-2 4.100H6.400z" fill="#fff" />
    </svg>
  );
}
