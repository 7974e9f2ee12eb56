/** The delivery locations an export is about: none chosen means all. */
import { useQuery } from '@tanstack/react-query';
import { deliveryLocationsQuery } from '#web/api/company.ts';
import { ChoiceList } from '#web/parts/choice-list.tsx';
import { Icon } from '#web/parts/icon.tsx';
import { PopoverButton } from '#web/parts/popover-button.tsx';
import { FieldMessage } from './field-message.tsx';

interface LocationChipsProps {
  readonly companyId: string;
  readonly chosen: readonly string[];
  readonly message: string | undefined;
  readonly onChange: (chosen: readonly string[]) => void;
}

export function LocationChips({ companyId, chosen, message, onChange }: LocationChipsProps) {
  const { data: locations = [] } = useQuery(deliveryLocationsQuery(companyId));
  const nameOf = (id: string): string => locations.find((location) => location.id === id)?.name ?? 'Another location';
  const offered = locations.filter(({ id, archived_at }) => archived_at === null || chosen.includes(id));
  return (
    <fieldset className="f">
      <legend>
        Delivery locations
        <span className="opt">{chosen.length === 0 ? 'all' : `${chosen.length} of ${locations.length}`}</span>
      </legend>
      <div className="chips">
        {chosen.length === 0 && <span className="chip plain">All locations</span>}
        {chosen.map((id) => (
          <span key={id} className="chip">
            {nameOf(id)}
            <button
              type="button"
              aria-label={`Remove ${nameOf(id)}`}
              onClick={() => onChange(chosen.filter((other) => other !== id))}
            >
              <Icon name="x" />
            </button>
          </span>
        ))}
        {offered.length > 0 && (
          <PopoverButton className="chip-add" label="Choose delivery locations" isLabelHidden face="Choose…">
            {(close) => (
              <ChoiceList
                label="Delivery locations"
                choices={offered.map(({ id, name }) => ({ value: id, label: name }))}
                chosen={chosen}
                onApply={(ids) => {
                  onChange(ids.length === offered.length ? [] : ids);
                  close();
                }}
              />
            )}
          </PopoverButton>
        )}
      </div>
      <FieldMessage id="export-locations-message" message={message} />
    </fieldset>
  );
}
