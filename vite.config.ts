/**
 * Builds the browser application of src/web into dist/web, which the server sends as it is.
 * No inline script or style comes out of it: the page lives under `script-src 'self'; style-src 'self'`.
 */
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

/** The widgets carry their few spoken words in some thirty languages; the page speaks one. */
function englishOnly(): Plugin {
  return {
    name: 'english-only',
    enforce: 'pre',
    load(id) {
      const other = /\/intl\/(?:[\w./-]+\/)?(?!en-)[a-z]{2}-[A-Z]{2}\.m?js$/.test(id);
      return other ? 'export default {};' : null;
    },
  };
}

export default defineConfig({
  root: 'src/web',
  plugins: [englishOnly(), react()],
  build: {
    outDir: '../../dist/web',
    emptyOutDir: true,
    target: 'es2023',
    assetsInlineLimit: 0,
    reportCompressedSize: true,
    rolldownOptions: {
      output: {
        // what every page needs comes as one file, not as twenty
        advancedChunks: {
          groups: [{ name: 'base', test: /node_modules[\\/](react|react-dom|scheduler|@tanstack|i18next|zod)[\\/]/ }],
        },
      },
    },
  },
  server: {
    host: '127.0.0.1',
    // the page's own modules lie under /api too; and the server takes a cookie only from its own host
    proxy: { '/api/v1': { target: 'http://127.0.0.1:3000' }, '/files': { target: 'http://127.0.0.1:3000' } },
  },
});
