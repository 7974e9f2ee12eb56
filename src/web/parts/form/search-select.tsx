/** One of a long list, found by typing a part of it. Every word typed has to occur, in whatever order. */
import { Button } from 'react-aria-components/Button';
import { ComboBox } from 'react-aria-components/ComboBox';
import { FieldError } from 'react-aria-components/FieldError';
import { Input } from 'react-aria-components/Input';
import { Label } from 'react-aria-components/Label';
import { ListBox, ListBoxItem } from 'react-aria-components/ListBox';
import { Popover } from 'react-aria-components/Popover';
import { Text } from 'react-aria-components/Text';
import { Icon } from '#web/parts/icon.tsx';

export interface SearchChoice {
  readonly id: string;
  readonly label: string;
  /** At the right edge. */
  readonly detail?: string;
}

interface SearchSelectProps {
  readonly id: string;
  readonly label: string;
  readonly hint?: string;
  readonly message?: string | undefined;
  readonly width?: string;
  readonly choices: readonly SearchChoice[];
  readonly value: string;
  readonly onChange: (id: string) => void;
}

const plain = (text: string): string =>
  text
    .normalize('NFKD')
    .replaceAll(/\p{Mark}/gu, '')
    .toLowerCase()
    .replaceAll(/[_/,.-]+/g, ' ');

function matches(text: string, wanted: string): boolean {
  const searched = plain(text);
  return plain(wanted)
    .split(/\s+/)
    .every((word) => searched.includes(word));
}

export function SearchSelect(props: SearchSelectProps) {
  const { id, label, hint, message, width = '', choices, value, onChange } = props;
  return (
    <ComboBox
      id={id}
      className={`f ${width}`}
      defaultItems={choices}
      defaultFilter={matches}
      value={value || null}
      onChange={(key) => {
        if (key !== null) onChange(String(key));
      }}
      menuTrigger="focus"
      isInvalid={message !== undefined}
      validationBehavior="aria"
    >
      <Label>{label}</Label>
      <div className="combo">
        <Input className="" />
        <Button className="icon-btn" aria-label={`All of ${label}`}>
          <Icon name="down" />
        </Button>
      </div>
      <FieldError className="msg">
        <Icon name="fail" />
        <span>{message}</span>
      </FieldError>
      {hint && (
        <Text slot="description" className="hint">
          {hint}
        </Text>
      )}
      <Popover className="pop combo-pop">
        <ListBox
          className="scroller"
          renderEmptyState={() => <p className="cap">Nothing by that name.</p>}
          items={undefined as Iterable<SearchChoice> | undefined}
        >
          {(choice: SearchChoice) => (
            <ListBoxItem id={choice.id} className="item" textValue={choice.label}>
              <span>{choice.label}</span>
              {choice.detail && <span className="end">{choice.detail}</span>}
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </ComboBox>
  );
}
