/** A location for somebody who may look but not change. */
import type { DeliveryLocationDetails } from '#contract/delivery-locations.ts';
import { dayText } from '#web/words/days.ts';
import { addressLines } from './address.ts';

export function LocationFacts({ location }: { location: DeliveryLocationDetails }) {
  const { street, place } = addressLines(location);
  const facts: readonly (readonly [string, string | null])[] = [
    ['Address', [street, place].filter(Boolean).join(', ') || null],
    ['Customer number', location.customer_number],
    ['Storage unit', location.storage_unit?.name ?? null],
    ['Instructions', location.instructions],
    ['Last delivery', location.last_delivery_on && dayText(location.last_delivery_on)],
  ];
  return (
    <div className="d-body">
      <dl className="kv">
        {facts.map(([name, value]) => (
          <div key={name} className="contents">
            <dt>{name}</dt>
            <dd className="wraps">{value ?? <span className="muted">None</span>}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
