import { expect, test } from 'vitest';
import { type ApiDocument, toolsOf } from './tools.ts';

const DOCUMENT: ApiDocument = {
  paths: {
    '/api/sessions/{id}/message': {
      post: {
        operationId: 'send',
        summary: 'Say something',
        parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }],
        requestBody: {
          content: { 'application/json': { schema: { $ref: '#/components/schemas/Body' } } },
        },
      },
    },
    '/api/sessions': {
      get: {
        operationId: 'sessionPage',
        parameters: [{ name: 'q', in: 'query', schema: { type: 'string' }, description: 'Words' }],
      },
      post: { summary: 'no name, so no tool' },
    },
  },
  components: {
    schemas: {
      Body: {
        type: 'object',
        properties: {
          text: { $ref: '#/components/schemas/Text' },
          again: { $ref: '#/components/schemas/Body' },
        },
        required: ['text'],
      },
      Text: { type: 'string', minLength: 1 },
    },
  },
};

test('an operation with a name is a tool that stands alone', () => {
  const [send, page, ...more] = toolsOf(DOCUMENT);
  expect(more).toEqual([]);
  expect(send).toMatchObject({
    name: 'send',
    description: 'Say something',
    readOnly: false,
    inputSchema: {
      properties: { session: { type: 'string' }, text: { type: 'string', minLength: 1 } },
      required: ['session', 'text'],
      additionalProperties: false,
    },
  });
  expect(JSON.stringify(send?.inputSchema)).not.toContain('$ref');
  expect(page).toMatchObject({
    readOnly: true,
    inputSchema: { properties: { q: { type: 'string', description: 'Words' } } },
  });
});

test('arguments become path, query and body', () => {
  const [send, page] = toolsOf(DOCUMENT);
  expect(send?.call({ session: '../x y', text: 'hi', other: 1 })).toEqual({
    method: 'POST',
    path: '/api/sessions/..%2Fx%20y/message',
    body: { text: 'hi', other: 1 },
  });
  expect(send?.call({ session: 7 })).toMatchObject({ path: '/api/sessions//message' });
  expect(page?.call({ q: 'a&b', unset: null })).toEqual({
    method: 'GET',
    path: '/api/sessions?q=a%26b',
    body: null,
  });
  expect(page?.call({})).toMatchObject({ path: '/api/sessions' });
});
