/**
 * Adding or changing a location. What is wrong stands beside its field and, linked, above the form; only fields that
 * differ are sent.
 */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import type { DeliveryLocation, DeliveryLocationDetails } from '#contract/delivery-locations.ts';
import {
  changeLocation,
  createLocation,
  type LocationForm as Fields,
  locationsKey,
  usableStorageUnitsQuery,
} from '#web/api/locations.ts';
import { useCompany } from '#web/frame/company-context.tsx';
import { showToast } from '#web/frame/toasts.tsx';
import { Field, SelectField, TextField } from '#web/parts/form/field.tsx';
import { FormProblem } from '#web/parts/form/form-problem.tsx';
import { type FieldMessages, useForm } from '#web/parts/form/use-form.ts';
import { Icon } from '#web/parts/icon.tsx';
import { count } from '#web/words/figures.ts';
import { countries } from '#web/words/places.ts';
import { postalCodeProblem } from './postal-codes.ts';
import { useRestore } from './use-restore.ts';

interface LocationFormProps {
  /** Null for one to be added. */
  readonly location: DeliveryLocationDetails | null;
  /** There is something that closing would lose. */
  readonly onChanged: (isChanged: boolean) => void;
  readonly onClose: () => void;
  readonly onAsk: (verb: 'archive' | 'delete', location: DeliveryLocation) => void;
}

const instructionsMax = 500;

const labels: readonly (readonly [keyof Fields, string])[] = [
  ['name', 'Name'],
  ['code', 'Code'],
  ['street', 'Street'],
  ['street_number', 'Number'],
  ['postal_code', 'Postal code'],
  ['city', 'City'],
  ['region', 'Region'],
  ['country', 'Country'],
  ['customer_number', 'Customer number'],
  ['storage_unit_id', 'Storage unit'],
  ['instructions', 'Instructions'],
];
const idOf = (name: string): string => `location-${name.replaceAll('_', '-')}`;
const fields = labels.map(([name, label]) => ({ name, label, id: idOf(name) }));

function fieldsOf(location: DeliveryLocation | null): Required<Fields> {
  const { name, code, street, street_number, postal_code, city, region, country } = location ?? {};
  return {
    name: name ?? '',
    code: code ?? '',
    street: street ?? '',
    street_number: street_number ?? '',
    postal_code: postal_code ?? '',
    city: city ?? '',
    region: region ?? '',
    country: country ?? '',
    customer_number: location?.customer_number ?? '',
    instructions: location?.instructions ?? '',
    storage_unit_id: location?.storage_unit?.id ?? null,
  };
}

export function LocationForm({ location, onChanged, onClose, onAsk }: LocationFormProps) {
  const company = useCompany();
  const queryClient = useQueryClient();
  const restore = useRestore();
  // what it was when the form opened: a colleague's change must not be mistaken for one's own
  const [before] = useState(() => fieldsOf(location));
  const [values, setValues] = useState(before);
  const form = useForm({
    names: fields.map(({ name }) => name),
    check: () => check(values, location !== null),
    send: async () => {
      const saved = location
        ? await changeLocation(company.id, location.id, changedFields(before, values))
        : await createLocation(company.id, withoutEmptyCode(values));
      await queryClient.invalidateQueries({ queryKey: locationsKey(company.id) });
      showToast({ title: location ? `${saved.name} is saved` : `${saved.name} is added`, icon: 'check', tone: 'good' });
      onClose();
    },
  });
  const set = (name: keyof Fields) => (value: string) => {
    const next = { ...values, [name]: value };
    setValues(next);
    form.forget(name);
    onChanged(Object.keys(changedFields(before, next)).length > 0);
  };
  const text = (name: Exclude<keyof Fields, 'storage_unit_id' | 'instructions'>) => ({
    id: idOf(name),
    value: values[name] ?? '',
    message: form.messages[name],
    onChange: set(name),
  });
  return (
    <form className="d-form" onSubmit={form.submit} noValidate>
      <div className="d-body">
        <FormProblem form={form} title="Not saved" fields={fields} />
        <div className="form">
          <TextField {...text('name')} label="Name" width="w4" maxLength={200} isFirst={location === null} />
          <TextField
            {...text('code')}
            label="Code"
            width="w2"
            maxLength={50}
            hint={location ? 'Unique in this company' : 'Empty: made from the name'}
          />
          <hr />
          <TextField {...text('street')} label="Street" width="w4" maxLength={200} />
          <TextField {...text('street_number')} label="Number" width="w2" maxLength={50} />
          <TextField {...text('postal_code')} label="Postal code" width="w2" maxLength={50} />
          <TextField {...text('city')} label="City" width="w4" maxLength={200} />
          <TextField {...text('region')} label="Region" end="optional" width="w2" maxLength={200} />
          <CountryField value={values.country} message={form.messages['country']} onChange={set('country')} />
          <hr />
          <TextField
            {...text('customer_number')}
            label="Customer number"
            end="optional"
            width="w3"
            maxLength={100}
            hint="The vendors’ number for you"
          />
          <StorageUnitField
            location={location}
            value={values.storage_unit_id}
            message={form.messages['storage_unit_id']}
            onChange={set('storage_unit_id')}
          />
          <Field
            id={idOf('instructions')}
            label="Instructions"
            end={`${count(values.instructions.length)} of ${instructionsMax}`}
            message={form.messages['instructions']}
          >
            {(control) => (
              <textarea
                {...control}
                rows={3}
                maxLength={instructionsMax}
                value={values.instructions}
                onChange={({ target }) => set('instructions')(target.value)}
              />
            )}
          </Field>
        </div>
        {location && (
          <p className="tip after">
            <Icon name="info" />
            <span>A new name shows in new reports at once. Files that are already made keep the old one.</span>
          </p>
        )}
      </div>
      <div className="d-foot">
        {location &&
          (location.archived_at ? (
            <button type="button" className="btn ghost" onClick={() => void restore(location)}>
              <Icon name="again" />
              Bring back
            </button>
          ) : (
            <button type="button" className="btn ghost danger" onClick={() => onAsk('archive', location)}>
              <Icon name="archive" />
              Archive…
            </button>
          ))}
        <span className="grow" />
        <button type="button" className="btn" onClick={onClose}>
          Cancel
        </button>
        <button type="submit" className="btn primary" aria-disabled={form.isBusy || undefined}>
          {form.isBusy ? 'Saving…' : location ? 'Save' : 'Add location'}
        </button>
      </div>
    </form>
  );
}

interface PlacedFieldProps {
  readonly message: string | undefined;
  readonly onChange: (value: string) => void;
}

function CountryField({ value, ...field }: PlacedFieldProps & { value: string }) {
  const options = useMemo(() => {
    const known = countries();
    const isKnown = value === '' || known.some((country) => country.value === value);
    return [{ value: '', label: 'Not given' }, ...(isKnown ? [] : [{ value, label: value }]), ...known];
  }, [value]);
  return <SelectField {...field} id={idOf('country')} label="Country" width="w4" value={value} options={options} />;
}

interface StorageUnitFieldProps extends PlacedFieldProps {
  readonly location: DeliveryLocation | null;
  readonly value: string | null;
}

function StorageUnitField({ location, value, message, onChange }: StorageUnitFieldProps) {
  const company = useCompany();
  const { data: units = [] } = useQuery(usableStorageUnitsQuery(company.id));
  // one that is archived since can stay, but not be chosen anew
  const own = location?.storage_unit;
  const isListed = !own || units.some(({ id }) => id === own.id);
  const listed = isListed ? units : [own, ...units];
  return (
    <SelectField
      id={idOf('storage_unit_id')}
      label="Storage unit"
      end="optional"
      width="w3"
      hint="Deliveries go into its stock"
      message={message}
      value={value ?? ''}
      onChange={onChange}
      options={[{ value: '', label: 'No storage unit' }, ...listed.map(({ id, name }) => ({ value: id, label: name }))]}
    />
  );
}

function check(values: Fields, isKnown: boolean): FieldMessages {
  const postalCode = postalCodeProblem(values.country, values.postal_code.trim());
  return {
    ...(values.name.trim() === '' && { name: 'Enter a name.' }),
    ...(isKnown && values.code?.trim() === '' && { code: 'Enter a code.' }),
    ...(postalCode && { postal_code: postalCode }),
  };
}

/** As the API takes it: the empty choice of a storage unit is none. */
function changedFields(before: Required<Fields>, after: Required<Fields>): Partial<Fields> {
  const changed = Object.entries(after).filter(
    ([name, value]) => (before[name as keyof Fields] ?? '') !== (value ?? ''),
  );
  return Object.fromEntries(changed.map(([name, value]) => [name, name === 'storage_unit_id' ? value || null : value]));
}

function withoutEmptyCode({ code, storage_unit_id, ...values }: Required<Fields>): Fields {
  return { ...values, storage_unit_id: storage_unit_id || null, ...(code.trim() && { code }) };
}
