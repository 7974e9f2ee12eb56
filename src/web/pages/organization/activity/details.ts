/** The details of an audit event, read with care: what an older version wrote may lack anything. */
import type { Capability } from '#contract/access.ts';
import { capabilityLabels } from '#contract/access.ts';
import type { AuditEvent } from '#contract/organization.ts';
import type { FileFormat, ReportType } from '#contract/reports.ts';
import { organizationRoleNames, roleNames } from '#web/words/access.ts';
import { periodText } from '#web/words/days.ts';
import { counted } from '#web/words/figures.ts';
import { countryName } from '#web/words/places.ts';
import { formatName } from '#web/words/formats.ts';
import { reportName } from '#web/words/reports.ts';

export const textOf = (event: AuditEvent, name: string): string | null => {
  const value = event.details[name];
  return typeof value === 'string' ? value : null;
};

export interface Change {
  readonly field: string;
  readonly from: unknown;
  readonly to: unknown;
}

export function changesOf(event: AuditEvent): Change[] {
  const { changes } = event.details;
  if (typeof changes !== 'object' || changes === null) return [];
  return Object.entries(changes as Record<string, { from?: unknown; to?: unknown }>).map(([field, change]) => ({
    field,
    from: change.from ?? null,
    to: change.to ?? null,
  }));
}

const listOf = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : []);

export interface CapabilityChange {
  readonly verb: 'granted' | 'no longer granted' | 'denied' | 'no longer denied';
  readonly names: readonly string[];
}

/** Capabilities by what happened to them; one that went from granted to denied was denied, and nothing else. */
export function capabilityChanges(changes: readonly Change[]): CapabilityChange[] {
  const moved = (field: 'granted' | 'denied') => {
    const change = changes.find((known) => known.field === field);
    const [from, to] = [listOf(change?.from), listOf(change?.to)];
    return { added: to.filter((name) => !from.includes(name)), gone: from.filter((name) => !to.includes(name)) };
  };
  const [granted, denied] = [moved('granted'), moved('denied')];
  const told: readonly (readonly [CapabilityChange['verb'], string[]])[] = [
    ['granted', granted.added],
    ['no longer granted', granted.gone.filter((name) => !denied.added.includes(name))],
    ['denied', denied.added],
    ['no longer denied', denied.gone.filter((name) => !granted.added.includes(name))],
  ];
  return told.flatMap(([verb, names]) => (names.length > 0 ? [{ verb, names: names.map(capabilityName) }] : []));
}

const capabilityName = (name: string): string => capabilityLabels[name as Capability] ?? name;

/** `finance` -> `Finance`; anything else as it is. */
export const roleName = (role: unknown): string => {
  const known: Readonly<Record<string, string>> = { ...organizationRoleNames, ...roleNames };
  return typeof role === 'string' ? (known[role] ?? role) : 'no role';
};

const fieldNames: Readonly<Record<string, string>> = {
  name: 'Name',
  code: 'Code',
  street: 'Street',
  street_number: 'Number',
  postal_code: 'Postal code',
  city: 'City',
  region: 'Region',
  country: 'Country',
  customer_number: 'Customer number',
  instructions: 'Instructions',
  storage_unit_id: 'Storage unit',
  time_zone: 'Time zone',
  currency: 'Currency',
  locale: 'Numbers and dates',
  role: 'Role',
};

export const fieldName = (field: string): string => fieldNames[field] ?? field.replaceAll('_', ' ');

/** As a person reads it; null where there was, or is, nothing. Ids are no reading matter: undefined. */
export function valueText(field: string, value: unknown): string | null | undefined {
  if (field.endsWith('_id')) return undefined;
  if (value === null || value === '') return null;
  if (field === 'role') return roleName(value);
  if (typeof value !== 'string') return JSON.stringify(value);
  return field === 'country' ? countryName(value) : value;
}

/** `Purchase Orders CSV, 1 – 31 Oct 2026`; null when the event does not say. */
export function reportText(event: AuditEvent): string | null {
  const type = textOf(event, 'report_type') ?? (event.subject_type === 'report' ? event.subject_id : null);
  const [format, from, to] = [textOf(event, 'file_format'), textOf(event, 'date_from'), textOf(event, 'date_to')];
  if (!type) return null;
  const name = `${reportName(type as ReportType)}${format ? ` ${formatName(format as FileFormat)}` : ''}`;
  return from && to ? `${name}, ${periodText(from, to)}` : name;
}

/** `Main Kitchen, Bar; filtered`: what it was narrowed to; nothing for all of the company, or when it is not said. */
export function scopeText(event: AuditEvent): string | undefined {
  const { locations, filters } = event.details;
  const names = event.location_names ?? [];
  const places =
    typeof locations !== 'number'
      ? null
      : names.length === locations && locations <= 3
        ? names.join(', ')
        : counted(locations, 'location');
  const others = Array.isArray(filters) && filters.length > 0;
  const words = [places, others && (places === null ? 'Filtered' : 'filtered')].filter(Boolean);
  return words.length > 0 ? words.join('; ') : undefined;
}
