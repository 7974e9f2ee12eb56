/** Words of Export History. */
import { catalogue } from '../catalogue.ts';

export const historyWords = catalogue('history', {
  allCompanies: 'All companies',
  company: 'Company',
  ofAll: 'Background exports of every company you may see.',
  runAgainFor: 'Run again for {{period}}',
  notes: 'Notes',
  noNotes: 'Nobody has written anything yet.',
  newNote: 'New note',
  noteHint: 'For everybody who may see this export: to whom it was sent, and when.',
  addNote: 'Add note',
  noteEmpty: 'Write something first.',
  noteWritten: 'Note added',
  noteDeleted: 'Note deleted',
  noteNotDeleted: 'The note was not deleted',
  deleteNote: 'Delete note “{{text}}”',
  operator: 'The operator',
  lastNote: '“{{text}}”, {{day}}, {{who}}',
  moreNotes_one: 'and one more note',
  moreNotes_other: 'and {{count, number}} more notes',
});
