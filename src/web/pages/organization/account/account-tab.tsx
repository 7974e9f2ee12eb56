/** Where one is signed in, one's password, and the code that can be asked for as well. */
import { useQuery } from '@tanstack/react-query';
import { secondFactorQuery } from '#web/api/account.ts';
import { PasswordForm } from './password-form.tsx';
import { SecondFactorBlock } from './second-factor-block.tsx';
import { SessionsBlock } from './sessions-block.tsx';

export default function AccountTab() {
  const { data } = useQuery(secondFactorQuery);
  return (
    <>
      <SessionsBlock />
      <SecondFactorBlock />
      {data?.has_password !== false && <PasswordForm />}
    </>
  );
}
