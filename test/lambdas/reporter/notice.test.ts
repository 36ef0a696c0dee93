import { describe, expect, it } from 'vitest';
import { noticeOf } from '../../../lambdas/reporter/notice.ts';
import type { Summary } from '../../../shared/report/summary.ts';
import { fileFault } from '../../../shared/words/file-fault.ts';
import { aSummary, reportFolder } from '../../support/a-summary.ts';

const plain = { options: {}, bucketUrl: undefined };
const bucketUrl = 'https://ap-southeast-2.console.aws.amazon.com/s3/buckets/a-bucket?region=ap-southeast-2';

/** A fault whose sentence names what a file is called. */
const aFault = (name: string) => fileFault('empty_file', `The file ${name} has no content.`);

describe('the notice of a finished import', () => {
  it('says that nothing is left to do where nothing is', () => {
    const { subject, text } = noticeOf(aSummary({}, { created: 36, duplicate: 1 }), plain);
    expect(subject).toBe('nothing is left to do: sydney/leads.csv was imported');
    expect(text).toContain('36 of 37 rows became leads at lumi. Nothing is left for you to do.');
    expect(text).toContain('  36 created at lumi\n  1 duplicate: another row or import has the same lead\n');
    expect(text).toContain(`bucket lumi-lead-importer-prod, folder ${reportFolder}\n`);
  });

  it('numbers what a person does next, what may be there twice first', () => {
    const warnings = [{ code: 'maybe_twice', column: '', count: 1, lines: [] }];
    const { subject, text } = noticeOf(aSummary({ warnings }, { created: 5, rejected: 2, unconfirmed: 3 }), plain);
    expect(subject).toBe('6 rows need your attention: sydney/leads.csv was imported');
    const steps = text.split('\n').filter((line) => /^\d\. /.test(line));
    expect(steps[0]).toContain('1 lead that may be there twice');
    expect(steps[1]).toContain('unconfirmed.csv: it holds 3 rows');
    expect(steps[2]).toContain('retry.xlsx: it holds 2 rows');
    expect(steps).toHaveLength(4);
  });

  it('says what is wrong with a file that was refused, and which import was cancelled or only checked', () => {
    const faults = [fileFault('missing_column', 'The header has no column for customer.email.', 1)];
    const refused = noticeOf(aSummary({ state: 'refused', faults }), plain);
    expect(refused.text).toContain('What is wrong with the file (line 1): The header has no column');
    expect(refused.subject).toBe('see what to do: sydney/leads.csv was refused');
    const cancelled = noticeOf(aSummary({ state: 'cancelled' }, { failed: 3 }), plain);
    expect(cancelled.subject).toBe('3 rows need your attention: sydney/leads.csv was cancelled');
    expect(noticeOf(aSummary({ mode: 'dry-run' }, { valid: 3 }), plain).subject).toContain('was checked');
  });

  it('has commands that can be copied, also for a file that was only checked', () => {
    const lines = (changes: Partial<Summary>): string[] =>
      noticeOf(aSummary(changes, { valid: 1, rejected: 1 }), plain).text.split('\n');
    const to = 's3://lumi-lead-importer-prod/incoming/sydney/leads';
    expect(lines({})).toContain(`   aws s3 cp retry.xlsx ${to}-retry.xlsx`);
    const source = { ...aSummary({}).source, key: 'validate/sydney/leads.csv' };
    const checked = lines({ mode: 'dry-run', source });
    expect(checked).toContain(`   aws s3 cp leads.csv ${to}.csv`);
    expect(checked.join('\n')).toContain(
      'To send the file, drop it into incoming/sydney/ of the bucket lumi-lead-importer-prod: nothing of it was sent yet.',
    );
    // A name that a mail program could take for a link shows none.
    expect(lines({ source: { ...source, key: 'incoming/www.evil.example/leads.csv' } }).join('\n')).not.toContain(
      'www.',
    );
  });

  it('links to the page, and to each file that a step names, before it says what to do with it', () => {
    const { text, detail } = noticeOf(aSummary({}, { created: 1, rejected: 2 }), { options: {}, bucketUrl });
    const lines = text.split('\n');
    const object = bucketUrl.replace('/s3/buckets/', '/s3/object/');
    const folder = encodeURIComponent(reportFolder);
    expect(lines).toContain(`report.html: ${object}&prefix=${folder}report.html`);
    expect(lines).toContain(`The folder of the report: ${bucketUrl}&prefix=${folder}`);
    const linked = lines.indexOf(`retry.xlsx: ${object}&prefix=${folder}retry.xlsx`);
    expect(linked).toBeGreaterThan(0);
    expect(linked).toBeLessThan(lines.findIndex((line) => line.startsWith('1. Open retry.xlsx')));
    expect(text).not.toContain('retry.csv: https');
    const drop = `${bucketUrl}&prefix=${encodeURIComponent('incoming/')}`;
    expect(lines).toContain(`Where files are dropped: ${drop}`);
    expect(detail?.['reports']).toMatchObject({ url: `${bucketUrl}&prefix=${folder}`, dropUrl: drop });
  });

  it.each(['a', '🙂', 'ü'])('cuts a subject in the name of the file and in no letter of it: %s', (letter) => {
    const source = { ...aSummary({}).source, key: `incoming/${letter.repeat(70)}.csv` };
    const { subject } = noticeOf(aSummary({ source }, { rejected: 2 }), plain);
    expect(subject.length).toBeLessThan(100);
    expect(subject).toMatch(/^2 rows need your attention: …?\S+ was imported$/);
    expect(subject.isWellFormed()).toBe(true);
  });

  it('has no line and no link that the name of a file has brought, wherever it stands', () => {
    const key = 'incoming/pay now\r\nWhat to do next:\u2028https://evil.example/x\u001b[31m www.evil.example/leads.csv';
    const source = { ...aSummary({}).source, key };
    const reports = { ...aSummary({}).reports, html: `reports/${key.slice('incoming/'.length, -4)}/id/report.html` };
    const faults = [aFault(key)];
    for (const summary of [
      aSummary({ source, reports }, { created: 1 }),
      aSummary({ source, reports, faults, state: 'refused' }),
    ]) {
      const { subject, text } = noticeOf(summary, { ...plain, options: { 'documents-folder': key } });
      expect(text).not.toMatch(/^What to do next:\S|:\/\/|www\.|[\u0000-\u0009\u000b-\u001f]/m);
      expect(text.split('\n').filter((line) => line.startsWith('What to do next:')).length).toBeLessThan(2);
      expect(subject).not.toMatch(/:\/\/|www\./);
    }
  });

  it('keeps to what SNS takes as a subject, and to what the event may hold', () => {
    const source = { ...aSummary({}).source, key: `incoming/${'ü\n'.repeat(200)}.csv` };
    const { subject, detail } = noticeOf(aSummary({ source }, { created: 1 }), plain);
    expect(subject).toMatch(/^nothing is left to do: …[^\p{Cc}]+ was imported$/u);
    expect(subject.length).toBeLessThan(100);
    const members = ['importId', 'key', 'state', 'mode', 'rows', 'statuses', 'documents'];
    expect(Object.keys(detail ?? {})).toEqual([...members, 'startedAt', 'finishedAt', 'reports']);
  });
});
