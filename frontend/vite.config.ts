import { defineConfig } from 'vitest/config';

export default defineConfig({
  // Relative, so that the files work under any STATIC_URL.
  base: './',
  build: {
    outDir: '../ide/static/app',
    emptyOutDir: true,
    manifest: 'manifest.json',
    target: 'es2022',
    chunkSizeWarningLimit: 600, // a third of it when it is compressed
    assetsInlineLimit: 0, // a data: URL would need a wider content security policy
    rolldownOptions: { input: 'src/main.tsx' },
  },
  test: { include: ['test/**/*.test.ts'], css: true },
});
