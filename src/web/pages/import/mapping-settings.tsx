/** How the file is written, above its preview: letters, delimiter, sheet, header, sums, decimals, days, tax. */
import type { ReactNode } from 'react';
import { fileDelimiters, fileEncodings, type Inspection, type ProfileSettings } from '#contract/import-profiles.ts';
import { dateOrders } from '#contract/import-reading.ts';
import type { SaidOfFile } from '#web/api/imports.ts';

interface ChoiceProps {
  readonly label: string;
  readonly value: string;
  readonly choices: readonly (readonly [value: string, name: string])[];
  readonly onChoose: (value: string) => void;
}

export function Choice({ label, value, choices, onChoose }: ChoiceProps) {
  return (
    <Labelled label={label}>
      <select className="s" value={value} onChange={({ target }) => onChoose(target.value)}>
        {value === '' && (
          <option value="" disabled>
            Choose
          </option>
        )}
        {choices.map(([one, name]) => (
          <option key={one} value={one}>
            {name}
          </option>
        ))}
      </select>
    </Labelled>
  );
}

export function Labelled({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    // the control is given by whoever labels it
    // oxlint-disable-next-line jsx-a11y/label-has-associated-control
    <label className="mapping-choice">
      <span>{label}</span>
      {children}
    </label>
  );
}

export const encodingNames = {
  'utf-8': 'UTF-8',
  'utf-16le': 'UTF-16',
  'utf-16be': 'UTF-16 (big end first)',
  'windows-1252': 'Windows Western (1252)',
  'windows-1250': 'Windows Central European (1250)',
  'windows-1251': 'Windows Cyrillic (1251)',
} as const;
export const delimiterNames = { ',': 'Comma', ';': 'Semicolon', '\t': 'Tab', '|': 'Bar |' } as const;
export const orderNames = { ymd: 'year, month, day', dmy: 'day, month, year', mdy: 'month, day, year' } as const;

interface MappingSettingsProps {
  readonly inspection: Inspection;
  readonly settings: ProfileSettings;
  readonly onChange: (patch: Partial<ProfileSettings>) => void;
  readonly onSaid: (said: SaidOfFile) => void;
}

export function MappingSettings({ inspection, settings, onChange, onSaid }: MappingSettingsProps) {
  return (
    <div className="mapping-bar">
      {settings.encoding !== null && (
        <Choice
          label="Letters"
          value={settings.encoding}
          choices={fileEncodings.map((one) => [one, encodingNames[one]])}
          onChoose={(encoding) => onSaid({ encoding })}
        />
      )}
      {settings.delimiter !== null && (
        <Choice
          label="Columns parted by"
          value={settings.delimiter}
          choices={fileDelimiters.map((one) => [one, delimiterNames[one]])}
          onChoose={(delimiter) => onSaid({ delimiter })}
        />
      )}
      {inspection.sheets.length > 1 && (
        <Choice
          label="Sheet"
          value={inspection.sheet ?? ''}
          choices={inspection.sheets.map((one) => [one, one])}
          onChoose={(sheet) => onSaid({ sheet })}
        />
      )}
      <WholeNumber
        label="Header in row"
        value={settings.header_row}
        onChoose={(header_row) => onSaid({ header_row })}
      />
      <WholeNumber
        label="Sums at the end"
        value={settings.skip_last_rows}
        onChoose={(skip_last_rows) => onSaid({ skip_last_rows })}
      />
      <Choice
        label="Decimals"
        value={settings.decimal}
        choices={[
          ['.', '1,234.50'],
          [',', '1.234,50'],
        ]}
        onChoose={(decimal) => onChange({ decimal: decimal === ',' ? ',' : '.' })}
      />
      <Choice
        label="Days"
        value={settings.date_order}
        choices={dateOrders.map((one) => [one, orderNames[one]])}
        onChoose={(order) => onChange({ date_order: dateOrders.find((one) => one === order) ?? 'ymd' })}
      />
      {settings.fields['tax_rate'] !== undefined && (
        <Choice
          label="Tax"
          value={settings.tax}
          choices={[
            ['fraction', '0.19 is 19 %'],
            ['percent', '19 is 19 %'],
          ]}
          onChoose={(tax) => onChange({ tax: tax === 'percent' ? 'percent' : 'fraction' })}
        />
      )}
      {settings.kind === 'invoices' && (
        <label className="opt-row">
          <input
            type="checkbox"
            checked={settings.prices_include_tax}
            onChange={({ target }) => onChange({ prices_include_tax: target.checked })}
          />
          <span>Prices include tax</span>
        </label>
      )}
    </div>
  );
}

interface WholeNumberProps {
  readonly label: string;
  readonly value: number;
  readonly onChoose: (value: number) => void;
}

function WholeNumber({ label, value, onChoose }: WholeNumberProps) {
  return (
    <Labelled label={label}>
      <input
        type="number"
        min={0}
        max={100}
        value={value}
        onChange={({ target }) => {
          if (/^\d{1,3}$/.test(target.value)) onChoose(Number(target.value));
        }}
      />
    </Labelled>
  );
}
