/** Who is signed in, the theme, and the way out. */
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { Me } from '#contract/access.ts';
import { signOut, type Company } from '#web/api/me.ts';
import { Avatar } from '#web/parts/avatar.tsx';
import { Icon } from '#web/parts/icon.tsx';
import { MenuButton } from '#web/parts/menu-button.tsx';
import { useMe } from './company-context.tsx';
import { themes, useTheme, type Theme } from './theme.ts';

const themeNames: Readonly<Record<Theme, string>> = { system: 'As the system', light: 'Light', dark: 'Dark' };

export function Account({ company }: { company: Company | null }) {
  const me = useMe();
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const leave = async (): Promise<void> => {
    await signOut().catch(() => undefined); // a session that is gone already is signed out too
    queryClient.clear();
    await navigate({ to: '/sign-in', search: {} });
  };
  return (
    <div className="me">
      <Avatar name={me.user.name} />
      <div className="who">
        <b className="trunc">{me.user.name}</b>
        <span>{roleOf(me, company) ?? '\u00a0'}</span>
      </div>
      <ThemeMenu />
      <button type="button" className="icon-btn" aria-label="Sign out" onClick={() => void leave()}>
        <Icon name="out" />
      </button>
    </div>
  );
}

/**
 * The role that decides: of the organization when it is owner or admin, otherwise of the company. At a company that is
 * not theirs nobody has a role: null.
 */
function roleOf(me: Me, company: Company | null): string | null {
  if (!company) return null;
  const organization = me.organizations.find(({ id }) => id === company.organization_id);
  const role = organization && organization.role !== 'member' ? organization.role : (company.role ?? 'member');
  return role.charAt(0).toUpperCase() + role.slice(1);
}

function ThemeMenu() {
  const [theme, setTheme] = useTheme();
  return (
    <MenuButton
      className="icon-btn"
      label="Theme"
      isLabelHidden
      placement="top end"
      selected={theme}
      onChoose={(id) => setTheme(themes.find((known) => known === id) ?? 'system')}
      entries={themes.map((id) => ({ id, label: themeNames[id] }))}
    >
      <Icon name="sun" />
    </MenuButton>
  );
}
