/** Words of Export History. */
import { catalogue } from '../catalogue.ts';

export const historyWords = catalogue('history', {
  allCompanies: 'All companies',
  company: 'Company',
  ofAll: 'Background exports of every company you may see.',
  runAgainFor: 'Run again for {{period}}',
});
