/** Words about file formats. */
import { catalogue } from '../catalogue.ts';

export const formatWords = catalogue('formats', {
  csvUse: 'Data, opens anywhere',
  xlsxUse: 'Typed cells, two sheets',
  pdfUse: 'For reading and printing',
  forSystems: 'For systems',
  forSpreadsheets: 'For spreadsheets',
  forExcel: 'For Excel',
  forReading: 'For reading',
  systemsDetail: 'Comma, 1234.50, 2026-10-31, UTF-8',
  spreadsheetsDetail: 'Separators of the company’s country, opens right in its Excel',
  format: 'Format',
  dialect: '{{format}} dialect',
  notAbove: 'Not above {{rows}} rows',
});
