import { lingui } from '@lingui/vite-plugin';
import babel from '@rolldown/plugin-babel';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  plugins: [
    babel({ include: /\/web\/src\/.*\.tsx?$/, plugins: ['@lingui/babel-plugin-lingui-macro'] }),
    react(),
    lingui({ failOnMissing: true, failOnCompileError: true }),
  ],
  build: { target: 'es2022', outDir: 'dist', emptyOutDir: true, manifest: true, sourcemap: false },
});
