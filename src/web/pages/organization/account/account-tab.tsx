/** Where one is signed in, and one's password. */
import { PasswordForm } from './password-form.tsx';
import { SessionsBlock } from './sessions-block.tsx';

export default function AccountTab() {
  return (
    <>
      <SessionsBlock />
      <PasswordForm />
    </>
  );
}
