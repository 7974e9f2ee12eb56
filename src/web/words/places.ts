/** Countries, currencies, time zones and number formats, by names that people know. */
import type { SearchChoice } from '#web/parts/form/search-select.tsx';

interface Named {
  readonly value: string;
  readonly label: string;
}

const countryCodes =
  'AD AE AF AG AI AL AM AO AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GT GU GW GY HK HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW'.split(
    ' ',
  );

const regionNames = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' });
const currencyNames = new Intl.DisplayNames('en', { type: 'currency', fallback: 'none' });
const languageNames = new Intl.DisplayNames('en', { type: 'language' });

/** `DE` -> `Germany`; anything that is no country code stays as it is. */
export const countryName = (text: string): string =>
  (/^[A-Z]{2}$/.test(text) ? regionNames.of(text) : undefined) ?? text;

/** By name. */
export const countries = (): Named[] =>
  countryCodes
    .map((value) => ({ value, label: countryName(value) }))
    .sort((a, b) => a.label.localeCompare(b.label, 'en'));

/** `EUR, Euro`. */
export const currencies = (): Named[] =>
  Intl.supportedValuesOf('currency').map((value) => {
    const name = currencyNames.of(value);
    return { value, label: name ? `${value}, ${name}` : value };
  });

const localeTags =
  'ar-AE bg-BG cs-CZ da-DK de-AT de-CH de-DE el-GR en-AU en-CA en-GB en-IE en-IN en-NZ en-US en-ZA es-ES es-MX et-EE fi-FI fr-BE fr-CA fr-CH fr-FR he-IL hi-IN hr-HR hu-HU id-ID it-CH it-IT ja-JP ko-KR lt-LT lv-LV nb-NO ne-NP nl-BE nl-NL pl-PL pt-BR pt-PT ro-RO sk-SK sl-SI sv-SE th-TH tr-TR uk-UA vi-VN zh-CN zh-TW'.split(
    ' ',
  );

/** `German (Germany): 1.234,50 and 31.10.2026`. */
export function localeSample(tag: string): string {
  const number = new Intl.NumberFormat(tag, { minimumFractionDigits: 2 }).format(1234.5);
  const day = new Intl.DateTimeFormat(tag, { dateStyle: 'short', timeZone: 'UTC' }).format(Date.UTC(2026, 9, 31));
  return `${languageNames.of(tag) ?? tag}: ${number} and ${day}`;
}

/** The usual ones, and `chosen` even if it is none of them. */
export const locales = (chosen: string): Named[] =>
  [...new Set([...localeTags, ...(chosen ? [chosen] : [])])]
    .map((value) => ({ value, label: localeSample(value) }))
    .sort((a, b) => a.label.localeCompare(b.label, 'en'));

/** `GMT+1`, as it is now. */
function offsetOf(timeZone: string, now: number): string {
  const parts = new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'shortOffset' }).formatToParts(now);
  return parts.find(({ type }) => type === 'timeZoneName')?.value ?? '';
}

/** Every zone of this browser, and `chosen` even if the browser knows it by another name. */
export function timeZones(chosen: string): SearchChoice[] {
  const now = Date.now();
  const names = new Set([...Intl.supportedValuesOf('timeZone'), 'UTC', ...(chosen ? [chosen] : [])]);
  return [...names].sort().map((id) => ({ id, label: id, detail: offsetOf(id, now) }));
}

/** As the computer at the page has it. */
export const ownTimeZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC';

/** Where this browser seems to be: what a form starts with. */
export function ownPlace(): { time_zone: string; locale: string; currency: string } {
  const time_zone = ownTimeZone();
  const locale = localeTags.find((tag) => tag === navigator.language) ?? 'en-GB';
  const region = locale.slice(-2);
  return { time_zone, locale, currency: currencyOf[region] ?? 'EUR' };
}

const currencyOf: Readonly<Record<string, string>> = {
  AE: 'AED',
  AU: 'AUD',
  BR: 'BRL',
  CA: 'CAD',
  CH: 'CHF',
  CN: 'CNY',
  CZ: 'CZK',
  DK: 'DKK',
  GB: 'GBP',
  HU: 'HUF',
  ID: 'IDR',
  IL: 'ILS',
  IN: 'INR',
  JP: 'JPY',
  KR: 'KRW',
  MX: 'MXN',
  NO: 'NOK',
  NP: 'NPR',
  NZ: 'NZD',
  PL: 'PLN',
  RO: 'RON',
  SE: 'SEK',
  TH: 'THB',
  TR: 'TRY',
  TW: 'TWD',
  UA: 'UAH',
  US: 'USD',
  VN: 'VND',
  ZA: 'ZAR',
};
