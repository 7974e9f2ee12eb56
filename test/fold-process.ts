/** `node test/fold-process.ts URL COMPANY`: folds the marks of one company, to be killed while it does. */
import { DatabasePool } from '#server/database/database.ts';
import { foldCompany } from '#server/exports/columns/fold.ts';

const [url = '', companyId = ''] = process.argv.slice(2);
const pool = new DatabasePool({ url, connectionsMax: 1, applicationName: 'fold' });
await foldCompany(pool.db, companyId, 8);
await pool.close();
