/**
 * What an invitation's link opens. The token comes in the fragment, which browsers send to nobody. Nobody joins without
 * accepting: signed in, with one click; otherwise after signing in, or with a new account.
 */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useLocation, useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { InvitationPreview } from '#contract/organization.ts';
import { signOut } from '#web/api/me.ts';
import { ApiProblem, isProblem } from '#web/api/problem.ts';
import { acceptInvitation, invitationQuery, signedInQuery } from '#web/api/set-up.ts';
import { Blank } from '#web/parts/blank.tsx';
import { FormProblem } from '#web/parts/form/form-problem.tsx';
import { useForm } from '#web/parts/form/use-form.ts';
import { BrandMark, Icon } from '#web/parts/icon.tsx';
import { usePageTitle } from '#web/parts/page-head.tsx';
import { Unreachable } from '#web/parts/unreachable.tsx';
import { dayText } from '#web/words/days.ts';
import { localDay } from '#web/words/instants.ts';
import { ownTimeZone } from '#web/words/places.ts';
import { forgetToken, keepToken, keptToken } from './kept-token.ts';
import { NewAccountForm } from './new-account-form.tsx';
import '#web/styles/sign-in.css';
import '#web/styles/set-up.css';

export function InvitationPage() {
  usePageTitle('Invitation');
  const hash = useLocation({ select: (location) => location.hash });
  const token = hash || keptToken();
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const enter = async (): Promise<void> => {
    forgetToken();
    queryClient.clear();
    await navigate({ to: '/', replace: true });
  };
  return (
    <main className="sign alone" id="main">
      {token ? <Invited token={token} onAccepted={enter} /> : <NoLink />}
    </main>
  );
}

function NoLink() {
  return (
    <Blank alert isWholePage art="lock" title="This link is not complete">
      Open the link of the invitation as a whole, or ask the person who invited you for a new one.
    </Blank>
  );
}

interface InvitedProps {
  readonly token: string;
  readonly onAccepted: () => Promise<void>;
}

function Invited({ token, onAccepted }: InvitedProps) {
  const preview = useQuery(invitationQuery(token));
  const signedIn = useQuery(signedInQuery);
  const error = preview.error ?? signedIn.error;
  if (isProblem(error, 'link_refused')) {
    return (
      <Blank alert isWholePage art="lock" title="This invitation does not work">
        {error.detail}
      </Blank>
    );
  }
  if (error) {
    const retry = (): void => void Promise.all([preview.refetch(), signedIn.refetch()]);
    return <Unreachable isWholePage problem={error instanceof ApiProblem ? error : null} onTry={retry} />;
  }
  if (!preview.data || signedIn.data === undefined) return <output className="vh">Loading</output>;
  const { email, organization, is_self, may_make_account, has_account } = preview.data;
  const signInFirst = <SignInFirst token={token} email={email} other={signedIn.data} isChoice={may_make_account} />;
  return (
    <Welcome preview={preview.data}>
      {is_self ? (
        <Accept token={token} onAccepted={onAccepted} />
      ) : may_make_account ? (
        <>
          <NewAccountForm
            token={token}
            email={email}
            organization={has_account === null ? organization : null}
            other={signedIn.data}
            onAccepted={onAccepted}
          />
          {has_account === null && signedIn.data?.email !== email && signInFirst}
        </>
      ) : (
        signInFirst
      )}
    </Welcome>
  );
}

function Welcome({ preview, children }: { preview: InvitationPreview; children: ReactNode }) {
  return (
    <section aria-labelledby="invitation-title">
      <div className="brand">
        <BrandMark />
        Mathership
      </div>
      <h1 id="invitation-title">Join {preview.organization}</h1>
      <p className="lead">
        {preview.invited_by ?? 'Its operator'} invited <b>{preview.email}</b>. The invitation is good until{' '}
        {dayText(localDay(preview.expires_at, ownTimeZone()))}.
      </p>
      {children}
    </section>
  );
}

function Accept({ token, onAccepted }: InvitedProps) {
  const form = useForm({
    names: [],
    check: () => ({}),
    send: async () => {
      await acceptInvitation(token);
      await onAccepted();
    },
  });
  return (
    <form onSubmit={form.submit}>
      <FormProblem form={form} title="Not accepted" fields={[]} />
      <button type="submit" className="btn primary" aria-disabled={form.isBusy || undefined}>
        {form.isBusy ? 'Joining…' : 'Accept and open'}
      </button>
    </form>
  );
}

interface SignInFirstProps {
  readonly token: string;
  readonly email: string;
  /** Whoever this browser is signed in as, when that is somebody else. */
  readonly other: { readonly name: string; readonly email: string } | null;
  /** Making an account is the other way. */
  readonly isChoice: boolean;
}

/** The link proves an invitation, not a person: an account that exists is joined only by somebody signed in to it. */
function SignInFirst({ token, email, other, isChoice }: SignInFirstProps) {
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const go = async (): Promise<void> => {
    keepToken(token);
    if (other) await signOut().catch(() => undefined); // a session that is gone already is signed out too
    queryClient.clear();
    await navigate({ to: '/sign-in', search: { return: '/invitation' } });
  };
  if (isChoice) {
    return (
      <>
        <div className="or">or</div>
        <button type="button" className="btn" onClick={() => void go()}>
          Sign in to an account I have
        </button>
      </>
    );
  }
  return (
    <>
      {other && (
        <p className="tip">
          <Icon name="info" />
          <span>
            This browser is signed in as {other.name} ({other.email}), to whom the invitation does not belong.
          </span>
        </p>
      )}
      <button type="button" className="btn primary" onClick={() => void go()}>
        {other ? `Sign out, and sign in as ${email}` : 'Sign in to accept'}
      </button>
    </>
  );
}
