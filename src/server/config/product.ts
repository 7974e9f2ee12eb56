/** What this program is called and which version it is, as its package says. */
import manifest from '../../../package.json' with { type: 'json' };

export const product = { name: 'Mathership Export History', version: manifest.version } as const;
