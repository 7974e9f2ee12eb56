/**
 * The token of an invitation while somebody signs in to accept it: kept in this tab and never put into a query, which
 * would reach the server's log and the browser's history.
 */
const key = 'mathership.invitation';

export function keepToken(token: string): void {
  try {
    sessionStorage.setItem(key, token);
  } catch {
    // storage is closed: the link has to be opened again after signing in
  }
}

export function keptToken(): string | null {
  try {
    return sessionStorage.getItem(key);
  } catch {
    return null;
  }
}

export function forgetToken(): void {
  try {
    sessionStorage.removeItem(key);
  } catch {
    // nothing was kept
  }
}
