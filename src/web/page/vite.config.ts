import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

/**
 * One page, served by the bot from whatever path it likes: every address is relative. Nothing is inlined, so that the
 * content security policy can forbid inline scripts and data: scripts.
 */
export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  base: './',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: fileURLToPath(new URL('../../../dist/page', import.meta.url)),
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: 'es2022',
  },
});
