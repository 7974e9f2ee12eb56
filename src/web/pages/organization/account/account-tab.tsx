/** Where one is signed in, one's password, the code that can be asked for as well, and the letters one has unasked. */
import { useQuery } from '@tanstack/react-query';
import { secondFactorQuery } from '#web/api/account.ts';
import { MailBlock } from './mail-block.tsx';
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
      <MailBlock />
    </>
  );
}
