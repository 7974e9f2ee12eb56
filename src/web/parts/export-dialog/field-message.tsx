/** What is wrong with one field, beside it. */
import { Icon } from '#web/parts/icon.tsx';

export function FieldMessage({ id, message }: { id: string; message: string | undefined }) {
  if (!message) return null;
  return (
    <p className="msg" id={id}>
      <Icon name="fail" />
      {message}
    </p>
  );
}
