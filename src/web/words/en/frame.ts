/** Words of the frame around all pages. */
import { catalogue } from '../catalogue.ts';

export const frameWords = catalogue('frame', {
  findCompany: 'Find a company',
  yourExports: 'Your exports',
  running_one: '{{n}} running',
  running_other: '{{n}} running',
  nothingYet: 'Nothing yet. What you export in the background stands here, whichever company it is of.',
  download: 'Download',
  see: 'Open',
  all: 'All of them',
  notDownloaded: 'The file was not downloaded',
});
