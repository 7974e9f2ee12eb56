/** `mathership serve` and `mathership worker`: one role each, as many processes as wanted on one database and store. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { StartupError } from '#server/config/startup-error.ts';
import { authSecretName, keptSecret, operatorTokenName } from '#server/config/state-files.ts';
import { openInstallation } from '#server/installation.ts';
import { reachDatabase } from '#server/database/reach.ts';
import { attachDatabase } from './attach.ts';
import { refuseDemoPasswords } from './demo-passwords.ts';
import { say } from './output.ts';
import { signalled } from './signals.ts';
import { webFolder } from './web-folder.ts';

export async function serve(role: 'serve' | 'work'): Promise<void> {
  const { settings, databaseUrl } = await attachDatabase();
  if (settings.demo)
    throw new StartupError('DEMO belongs to mathership start: it loads the demo company and offers its accounts.');
  // from here on a signal ends it in order, also while it is still starting
  const ending = signalled();
  await reachDatabase(databaseUrl);
  if (role === 'serve') await refuseDemoPasswords(databaseUrl, settings.host);
  const authSecret = settings.authSecret ?? (await keptSecret(settings.dataDir, authSecretName));
  const folder = fileURLToPath(webFolder);
  const installation = await openInstallation({
    settings,
    databaseUrl,
    authSecret,
    operatorToken: await keptSecret(settings.dataDir, operatorTokenName),
    ...(existsSync(folder) && { webFolder: folder }),
    roles: { serve: role === 'serve', work: role === 'work' },
  });
  say(
    role === 'serve' ? `Serving at ${installation.address}` : `Working, ${settings.workerConcurrency} exports at once`,
  );
  await ending;
  await installation.stop();
}
