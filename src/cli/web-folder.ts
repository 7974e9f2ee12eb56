/** The built page: `dist/web`, seen from the sources of a checkout and from the bundle of an installed package alike. */
export const webFolder = import.meta.url.endsWith('.ts')
  ? new URL('../../dist/web', import.meta.url)
  : new URL('./web', import.meta.url);
