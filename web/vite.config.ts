// How the page is built: one small start, pages and charts loaded when they are opened, nothing inlined, so that a strict
// content security policy holds. `npm run dev` speaks to a running `inkstone serve`, `npm run mock` to the stand-in of mock/.
import preact from '@preact/preset-vite';
import { defineConfig } from 'vitest/config';
import { mockServer } from './mock/plugin.ts';

const studio = process.env['INKSTONE_URL'] ?? 'http://127.0.0.1:1234';

export default defineConfig(({ mode }) => ({
  plugins: [preact({ prefreshEnabled: false, devToolsEnabled: false }), ...(mode === 'mock' ? [mockServer()] : [])],
  build: { target: 'es2022', assetsInlineLimit: 0, modulePreload: { polyfill: false }, reportCompressedSize: true },
  server: {
    port: 5173,
    ...(mode === 'mock'
      ? {}
      : { proxy: { '/v1': { target: studio, changeOrigin: true, headers: { origin: studio } } } }),
  },
  test: { include: ['tests/unit/**/*.test.{ts,tsx}'], environment: 'happy-dom' },
}));
