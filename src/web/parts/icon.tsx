/**
 * Icons by name, from one sprite. Decorative: the word beside it carries the meaning.
 */
import sprite from './icons.svg?raw';

export type IconName =
  | 'again'
  | 'archive'
  | 'asc'
  | 'ask'
  | 'ban'
  | 'bookmark'
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
  | 'star'
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

/** What each symbol of the sprite draws. */
const drawings = new Map(
  [...sprite.matchAll(/<symbol id="i-([a-z]+)"[^>]*>(.*?)<\/symbol>/gs)].map(([, name, markup = '']) => [name, markup]),
);

/** 16 px, or 14 px when `small`. Drawn in place: a `use` element costs a shadow tree for each of a thousand icons. */
export function Icon({ name, small = false }: { name: IconName; small?: boolean }) {
  return (
    <svg
      className={small ? 'i s' : 'i'}
      viewBox="0 0 16 16"
      aria-hidden="true"
      // oxlint-disable-next-line react/no-danger -- our own sprite, part of the build
      dangerouslySetInnerHTML={{ __html: drawings.get(name) ?? '' }}
    />
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
