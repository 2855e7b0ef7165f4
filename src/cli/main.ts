#!/usr/bin/env node
import { processIo } from './io.js';
import { runCommandLine } from './program.js';

// The reader of the output, such as `head`, may have enough of it, at any time.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

runCommandLine(process.argv.slice(2), processIo()).then((code) => {
  process.exitCode = code;
});
