/// <reference types="node" />
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';
import { mockServer } from './dev/mockServer.js';

// BACKFLOW_SERVER=http://127.0.0.1:PORT develops against a running `backflow dashboard`; without it, dev/ answers.
const server = process.env['BACKFLOW_SERVER'];

export default defineConfig({
  plugins: [svelte(), ...(server === undefined ? [mockServer()] : [])],
  server:
    server === undefined
      ? {}
      : {
          proxy: {
            '/api': { target: server, changeOrigin: true, headers: { origin: server } },
            '/engine': { target: server, changeOrigin: true },
          },
        },
  // A site lies in any folder of its host: scripts find their worker from where they are.
  experimental: { renderBuiltUrl: (_, { hostType }) => (hostType === 'js' ? { relative: true } : undefined) },
  build: {
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 1000,
    // One script: what is imported late only starts late, and never has to be fetched from a server that has gone.
    rolldownOptions: { output: { codeSplitting: false }, checks: { pluginTimings: false } },
  },
  resolve: process.env['VITEST'] === undefined ? {} : { conditions: ['browser'] },
  // A test that takes two minutes hangs; five seconds, the usual limit, can pass on a machine that does other work.
  test: { environment: 'happy-dom', include: ['tests/**/*.test.ts'], testTimeout: 120_000, hookTimeout: 120_000 },
});
