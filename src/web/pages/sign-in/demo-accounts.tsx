/** The accounts of the demo; a click fills the form. */
import type { SignInOptions } from '#contract/sign-in.ts';
import { Avatar } from '#web/parts/avatar.tsx';
import { Icon } from '#web/parts/icon.tsx';

/** What a role can do in the demo, by the name before the `@`. */
const abilities: Readonly<Record<string, string>> = {
  owner: 'Everything, in all companies',
  finance: 'Reports and exports, all companies',
  manager: 'Reports, exports, locations and imports',
  buyer: 'Stock without amounts, no exports',
  viewer: 'Stock without amounts',
};

interface DemoAccountsProps {
  readonly accounts: NonNullable<SignInOptions['demo_accounts']>;
  readonly password: string;
  /** The e-mail that is in the form. */
  readonly chosen: string;
  readonly onChoose: (email: string) => void;
}

export function DemoAccounts({ accounts, password, chosen, onChoose }: DemoAccountsProps) {
  return (
    <section className="demo" aria-labelledby="demo-title">
      <h2 id="demo-title">Demo accounts</h2>
      <p>
        Harbour &amp; Hearth Group, invented data. One password for all: <code>{password}</code>
      </p>
      <ul>
        {accounts.map(({ email, name, role }) => (
          <li key={email}>
            <button type="button" aria-pressed={email === chosen} onClick={() => onChoose(email)}>
              <Avatar name={name} />
              <span className="t">
                <b>{name}</b> <span className="tag">{role.charAt(0).toUpperCase() + role.slice(1)}</span>
                <small>{email}</small>
                <small>{abilities[email.split('@')[0] ?? '']}</small>
              </span>
              <Icon name="right" />
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
