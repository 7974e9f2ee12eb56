/** What a company is made of, wherever one is made or changed: name, currency, time zone, and how figures are written. */
import { useMemo } from 'react';
import type { CompanyForm } from '#web/api/organization.ts';
import { currencies, locales, timeZones } from '#web/words/places.ts';
import { SelectField, TextField } from './field.tsx';
import { SearchSelect } from './search-select.tsx';
import type { FieldMessages } from './use-form.ts';

interface CompanyFieldsProps {
  readonly values: CompanyForm;
  /** By the names of the request, after `prefix`. */
  readonly messages: FieldMessages;
  /** `company.` where the request holds the company as a part. */
  readonly prefix?: string;
  readonly onChange: (name: keyof CompanyForm, value: string) => void;
  readonly isFirst?: boolean;
}

/** For the summary above the form. */
export const companyFieldLabels = (prefix = '') => [
  { name: `${prefix}name`, id: 'company-name', label: 'Name' },
  { name: `${prefix}currency`, id: 'company-currency', label: 'Currency' },
  { name: `${prefix}time_zone`, id: 'company-time-zone', label: 'Time zone' },
  { name: `${prefix}locale`, id: 'company-locale', label: 'Numbers and dates' },
];

export function CompanyFields({ values, messages, prefix = '', onChange, isFirst = false }: CompanyFieldsProps) {
  const zones = useMemo(() => timeZones(values.time_zone), [values.time_zone]);
  const money = useMemo(() => currencies(), []);
  const formats = useMemo(() => locales(values.locale), [values.locale]);
  const message = (name: keyof CompanyForm): string | undefined => messages[`${prefix}${name}`];
  return (
    <>
      <TextField
        id="company-name"
        label="Name"
        hint="A restaurant, branch or unit"
        maxLength={200}
        value={values.name}
        message={message('name')}
        onChange={(value) => onChange('name', value)}
        isFirst={isFirst}
      />
      <SelectField
        id="company-currency"
        label="Currency"
        width="w2 w6-s"
        value={values.currency}
        options={money}
        message={message('currency')}
        onChange={(value) => onChange('currency', value)}
      />
      <SearchSelect
        id="company-time-zone"
        label="Time zone"
        width="w4 w6-s"
        hint="Days in reports begin here at midnight"
        choices={zones}
        value={values.time_zone}
        message={message('time_zone')}
        onChange={(value) => onChange('time_zone', value)}
      />
      <SelectField
        id="company-locale"
        label="Numbers and dates"
        value={values.locale}
        options={formats}
        message={message('locale')}
        onChange={(value) => onChange('locale', value)}
      />
    </>
  );
}
