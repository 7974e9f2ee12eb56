// Runs before the first paint and long before the page's own code: a chosen theme never flashes in the other one, and what
// the page asks for first is under way while that code is still coming.
try {
  const theme = localStorage.getItem('mathership.theme');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
} catch {
  // storage is closed to this page: the system decides
}
if (!/^\/(sign-in|first-run|invitation|forgot-password|reset-password)/.test(location.pathname)) {
  document.documentElement.dataset.at = 'app';
  const asked = new Map();
  window.mathershipAsked = asked;
  const ask = (address) => {
    const answer = fetch(address, { headers: { accept: 'application/json' }, credentials: 'same-origin' });
    answer.catch(() => undefined);
    asked.set(address, answer);
    return answer;
  };
  const { pathname, search } = location;
  const fields = new URLSearchParams(search);
  const me = ask('/api/v1/me');
  // nobody is signed in: whoever signs in asks anew
  me.then(
    (answer) => answer.ok || asked.clear(),
    () => asked.clear(),
  );
  if (pathname.startsWith('/reports')) void ask('/api/v1/reports');
  // the list as it stands without any choice; the company is the first one where the address names none
  const isPlain = [...fields.keys()].every((name) => name === 'company');
  if ((pathname === '/' || pathname === '/export-history') && isPlain) {
    const first = () => me.then((answer) => answer.clone().json()).then(({ companies }) => companies[0].id);
    const askList = (id) =>
      /^\d+$/.test(id) && ask(`/api/v1/export-jobs?company_id=${id}&ordering=-created_at&page=0&page_size=20`);
    const company = fields.get('company');
    if (company) void askList(company);
    else first().then(askList, () => undefined);
  }
}
