import { describe, expect, it } from 'vitest';
import { apiMessage } from '../../../shared/leads-api/api-message.ts';
import { createAnswer } from '../../../shared/leads-api/classify.ts';

describe('the API’s own words', () => {
  it.each([
    ['{"message":"ABN is not active"}', 'ABN is not active'],
    ['{"type":"about:blank","title":"Bad Request","status":400,"detail":"ABN is not active"}', 'ABN is not active'],
    ['{"title":"Bad Request","status":400}', 'Bad Request'],
    ['{"error":{"code":"E12","message":"ABN is not active"}}', 'ABN is not active'],
    ['{"error":{"detail":{"message":"ABN is not active"}}}', 'ABN is not active'],
    ['{"error":"invalid_request","error_description":"ABN is not active"}', 'ABN is not active'],
    ['{"errors":["no ABN","no phone"]}', 'no ABN; no phone'],
    ['{"errors":[{"field":"abn","message":"is not active"}]}', 'abn: is not active'],
    ['{"errors":{"abn":["is not active"],"phone":["is too short"]}}', 'abn: is not active; phone: is too short'],
    ['[{"message":"ABN is not active"}]', 'ABN is not active'],
    ['{"status":"error","message":"ABN is not active"}', 'ABN is not active'],
    ['{"code":7}', '{"code":7}'],
    ['<!DOCTYPE html><html><head><title>400 Bad Request</title></head><body>x</body></html>', '400 Bad Request'],
    [
      '<html><body><script>alert(1)</script><h1>ABN &amp; phone</h1> are wrong. Ask us.</body></html>',
      'ABN & phone are wrong.',
    ],
    ['ABN is not\nactive\u0007', 'ABN is not active'],
    ['', ''],
    [undefined, ''],
  ])('of %j are %s', (body, words) => {
    expect(apiMessage(body)).toBe(words);
  });

  it('end at a length that a cell can hold, however deep they are nested', () => {
    expect(apiMessage(JSON.stringify({ message: 'x'.repeat(5_000) }))).toHaveLength(500);
    const deep = `${'{"error":'.repeat(500)}"x"${'}'.repeat(500)}`;
    expect(apiMessage(deep).length).toBeLessThanOrEqual(500);
  });

  it.each(['error', 'fail', 'Failed'])('with a good status and "status":"%s" are a refusal', (status) => {
    const body = JSON.stringify({ status, message: 'ABN is not active' });
    const answer = { kind: 'answer', status: 200, retryAfter: undefined, date: undefined, body } as const;
    expect(createAnswer(answer, 0)).toMatchObject({ kind: 'refused', message: 'ABN is not active' });
  });
});
