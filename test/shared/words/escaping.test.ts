import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { shellWord } from '../../../shared/words/escaping.ts';

it.each(['leads.csv', 'my state', 'b$HOME.csv', "it's", '$&.csv', '`id`', 'a"b', '*', 'ü.csv', '', 'a\\b', '#1', '~'])(
  'a shell reads the word of a printed command as it was: %j',
  (text) => {
    expect(execFileSync('/bin/sh', ['-c', `printf %s ${shellWord(text)}`], { encoding: 'utf8' })).toBe(text);
  },
);
