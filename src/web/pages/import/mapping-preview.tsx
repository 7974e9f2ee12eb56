/** The rows as they are, each value with what is read of it; what is no data is struck through. */
import type { FieldSource, Inspection, ProfileSettings } from '#contract/import-profiles.ts';
import type { ImportTemplate } from '#contract/imports.ts';
import { Labelled } from './mapping-settings.tsx';
import { readCell } from './read-cell.ts';

type Column = ImportTemplate['columns'][number];

interface MappingPreviewProps {
  readonly inspection: Inspection;
  readonly template: ImportTemplate;
  readonly settings: ProfileSettings;
  /** Required, and from nowhere. */
  readonly missing: readonly Column[];
  readonly onChange: (patch: Partial<ProfileSettings>) => void;
}

const shownMax = 14;

export function MappingPreview({ inspection, template, settings, missing, onChange }: MappingPreviewProps) {
  const { columns } = inspection;
  const fieldOf = (column: string): string =>
    Object.entries(settings.fields).find(([, source]) => 'column' in source && source.column === column)?.[0] ?? '';
  const place = (column: string, field: string): void => {
    const rest = Object.entries(settings.fields).filter(
      ([name, source]) => name !== field && !('column' in source && source.column === column),
    );
    const fields: Record<string, FieldSource> = Object.fromEntries(rest);
    if (field !== '') fields[field] = { column };
    onChange({ fields });
  };
  const typeOf = (field: string): string => template.columns.find(({ name }) => name === field)?.type ?? '';
  const constants = Object.entries(settings.fields).flatMap(([field, source]) =>
    'constant' in source ? [[field, source.constant] as const] : [],
  );
  const head = inspection.rows.slice(0, shownMax);
  const rows = [...head, ...inspection.rows.slice(shownMax).slice(-3)];
  const vendorColumn = settings.fields['vendor_code'];
  return (
    <>
      {(missing.length > 0 || constants.length > 0 || inspection.unknown_vendors.length > 0) && (
        <div className="mapping-bar">
          {[...missing.map(({ name }) => [name, ''] as const), ...constants].map(([field, constant]) => (
            <Labelled key={field} label={`${field}, for all rows`}>
              <input
                type="text"
                value={constant}
                onChange={({ target }) =>
                  onChange({ fields: { ...settings.fields, [field]: { constant: target.value } } })
                }
              />
            </Labelled>
          ))}
          {vendorColumn && inspection.unknown_vendors.length > 0 && (
            <label className="opt-row">
              <input
                type="checkbox"
                checked={settings.unknown_vendors === 'create'}
                onChange={({ target }) => onChange({ unknown_vendors: target.checked ? 'create' : 'error' })}
              />
              <span>
                Add vendors that are not known
                <span className="sub">
                  {inspection.unknown_vendors
                    .slice(0, 5)
                    .map(({ name }) => name)
                    .join(', ')}
                </span>
              </span>
            </label>
          )}
        </div>
      )}
      <div className="mapping-preview">
        <table className="table plain" aria-label="Preview">
          <thead>
            <tr>
              <th scope="col">Row</th>
              {columns.map((column) => (
                <th key={column.name} scope="col">
                  <select
                    className="s"
                    aria-label={`What ${column.name} is`}
                    value={fieldOf(column.name)}
                    title={column.because}
                    onChange={({ target }) => place(column.name, target.value)}
                  >
                    <option value="">Not read</option>
                    {template.columns.map(({ name, required }) => (
                      <option key={name} value={name}>
                        {name}
                        {required ? ' *' : ''}
                      </option>
                    ))}
                  </select>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr
                key={row.number}
                className={row.is === 'header' ? 'is-header' : row.is === 'data' ? undefined : 'is-out'}
              >
                <th scope="row">{row.number}</th>
                {columns.map((column, at) => {
                  const field = fieldOf(column.name);
                  const given = row.cells[at] ?? '';
                  const read =
                    row.is === 'data' && field !== '' ? readCell(given, field, typeOf(field), settings) : null;
                  return (
                    <td key={column.name}>
                      <span>{given}</span>
                      {read && read.text !== given.trim() && (
                        <span className={read.isWrong ? 'sub bad-t' : 'sub'}>{read.text}</span>
                      )}
                      {read?.isWrong && <span className="sub bad-t">cannot be read</span>}
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}
