import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { documentForm } from '../../../shared/leads-api/document-form.ts';
import { clientOf, json, serve } from '../../support/http-server.ts';

describe('attaching a document', () => {
  it('a document is sent as one part named document, in base64 and with a known length', async () => {
    const { url, seen } = await serve((_, response) => json(response, 200, { success: true, file: { id: 'f1' } }));
    const content = Buffer.from(Array.from({ length: 200 }, (_, index) => index));
    async function* body() {
      yield content.subarray(0, 33);
      yield content.subarray(33);
    }
    expect(
      await clientOf(url).attach({ leadId: 'a', filename: 'my "scan".pdf', sizeBytes: 200, body: body() }),
    ).toEqual({ kind: 'attached', documentId: 'f1' });
    expect(seen[0]?.url).toBe('/lead/a/documents');
    expect(Number(seen[0]?.headers['content-length'])).toBe(seen[0]?.body.length);
    const text = seen[0]?.body.toString() ?? '';
    expect(text).toContain(
      'name="document"; filename="my %22scan%22.pdf"\r\nContent-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n',
    );
    expect(Buffer.from(text.split('\r\n\r\n')[1]?.split('\r\n--')[0] ?? '', 'base64')).toEqual(content);
  });

  it.each([
    ['a page of a proxy', 200, 'text/html', '<html><title>Maintenance</title></html>'],
    ['nothing at all', 200, 'application/json', ''],
    ['no content', 204, 'application/json', ''],
    ['JSON without a file', 200, 'application/json', '{"success":true}'],
    ['a file without an id', 201, 'application/json', '{"success":true,"file":{"id":""}}'],
    ['what it only has accepted', 202, 'application/json', '{"queued":true}'],
  ])('%s is no attachment, whatever its status', async (_, status, type, answer) => {
    const { url } = await serve((__, response) => {
      response.writeHead(status, { 'content-type': type });
      response.end(answer);
    });
    async function* body() {
      yield Buffer.from('scan');
    }
    expect(await clientOf(url).attach({ leadId: 'a', filename: 'a.pdf', sizeBytes: 4, body: body() })).toMatchObject({
      kind: 'trouble',
      trouble: { code: 'unreadable_answer' },
      mayBeThere: true,
    });
  });

  it('the length of every document body is known before it is read', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 500 }),
        fc.integer({ min: 1, max: 90 }),
        fc.constantFrom('base64' as const, 'binary' as const),
        async (bytes, size, encoding) => {
          async function* chunks() {
            for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
          }
          const form = documentForm(
            { filename: 'a.txt', sizeBytes: bytes.length, body: chunks() },
            encoding,
            'boundary',
          );
          let sent = 0;
          for await (const chunk of form.body) sent += chunk.length;
          expect(sent).toBe(form.sizeBytes);
        },
      ),
    );
  });
});
