/** Where one is signed in, one's password, and the code that can be asked for as well. */
import { PasswordForm } from './password-form.tsx';
import { SecondFactorBlock } from './second-factor-block.tsx';
import { SessionsBlock } from './sessions-block.tsx';

export default function AccountTab() {
  return (
    <>
      <SessionsBlock />
      <SecondFactorBlock />
      <PasswordForm />
    </>
  );
}
