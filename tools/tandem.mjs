#!/usr/bin/env node
/** The `tandem` command: main.ts, on a Node that can run it. */
import { fileURLToPath } from 'node:url';
import { launch } from './launch.mjs';

await launch(fileURLToPath(new URL('../main.ts', import.meta.url)), process.argv.slice(2));
