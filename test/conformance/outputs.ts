// What an answer is, by what run() returned.

import type { Row } from './row.ts'

export const OUTPUTS_SETTINGS = { WORKER_COUNT: '1', SCORING_TIMEOUT_MS: '1000' }

function row(
  name: string,
  input: unknown,
  expect: Row['expect'],
  headers: Readonly<Record<string, string>> = {},
): Row {
  const request = {
    method: 'POST',
    path: '/score',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(input),
  }
  return { name, contract: 'azureml', source: 'docs/score-module.md', module: 'outputs', request, expect }
}

const EVENTS = { accept: 'text/event-stream' }
const IS_STREAM = { 'transfer-encoding': 'chunked', 'cache-control': 'no-cache' }
const RUN_FAILED = { status: 502, json: { code: 'ERR_RUN_FAILED' }, without: ['secret', '    at '] }

export const OUTPUTS: readonly Row[] = [
  row(
    'the module chooses the status and the headers',
    { do: 'reply', body: { error: 'no such user' }, status: 404, headers: { 'X-Reason': 'gone' } },
    {
      status: 404,
      headers: { 'x-reason': 'gone', 'content-type': 'application/json', 'x-request-id': /./ },
      text: '{"error":"no such user"}',
    },
  ),
  row('also a 5xx', { do: 'reply', body: 'later', status: 503 }, { status: 503, text: '"later"' }),
  row('a status without a body has none', { do: 'reply', body: 'x', status: 204 }, { status: 204, text: '' }),
  row(
    'the module chooses the content type',
    { do: 'replyBytes' },
    { status: 200, text: 'GIF89a', headers: { 'content-type': 'image/gif', 'content-length': '6' } },
  ),
  row(
    'a text with a content type of its own is that text',
    { do: 'reply', body: 'a,b', headers: { 'content-type': 'text/csv' } },
    { status: 200, text: 'a,b', headers: { 'content-type': 'text/csv' } },
  ),
  row(
    'and JSON where that type is JSON',
    { do: 'reply', body: 'a', headers: { 'content-type': 'application/problem+json' } },
    { status: 200, text: '"a"', headers: { 'content-type': 'application/problem+json' } },
  ),
  row('a status that there is not', { do: 'reply', status: 99 }, RUN_FAILED),
  row(
    'a header that belongs to the connection',
    { do: 'reply', headers: { 'Content-Length': '1' } },
    RUN_FAILED,
  ),
  row('a header with a line break', { do: 'reply', headers: { 'x-a': 'b\r\nx-c: d' } }, RUN_FAILED),

  row(
    'an async iterable of values is JSON lines',
    { do: 'count', to: 3 },
    {
      status: 200,
      text: '{"n":1}\n{"n":2}\n{"n":3}\n',
      headers: { ...IS_STREAM, 'content-type': 'application/x-ndjson' },
    },
  ),
  row(
    'of texts, their text',
    { do: 'text' },
    { status: 200, text: 'one\ntwothree', headers: { 'content-type': 'text/plain; charset=utf-8' } },
  ),
  row(
    'of bytes, their bytes',
    { do: 'bytes' },
    {
      status: 200,
      bytes: Uint8Array.of(0, 255, 1),
      headers: { 'content-type': 'application/octet-stream' },
    },
  ),
  row(
    'a stream of Node with a content type of its own',
    { do: 'csv' },
    { status: 200, text: 'a,b\n1,2\n', headers: { ...IS_STREAM, 'content-type': 'text/csv' } },
  ),
  row('a web stream', { do: 'web' }, { status: 200, text: 'from a web stream' }),
  row('a generator that is not async', { do: 'synchronous' }, { status: 200, text: '1\n2\n' }),
  row('a stream of nothing', { do: 'nothing' }, { status: 200, text: '' }),

  row(
    'server-sent events for a client that accepts them',
    { do: 'count', to: 2 },
    {
      status: 200,
      text: 'data: {"n":1}\n\ndata: {"n":2}\n\n',
      headers: { ...IS_STREAM, 'content-type': 'text/event-stream' },
    },
    EVENTS,
  ),
  row(
    'a text of two lines is one event',
    { do: 'text' },
    { status: 200, text: 'data: one\ndata: two\n\ndata: three\n\n' },
    EVENTS,
  ),
  row(
    'what is no stream is no event either',
    { do: 'reply', body: 1 },
    { status: 200, text: '1', headers: { 'content-type': 'application/json' } },
    EVENTS,
  ),
  row('a generator that throws at once', { do: 'count', to: 3, failAt: 1 }, RUN_FAILED),
  row('the same for a client that accepts events', { do: 'count', to: 3, failAt: 1 }, RUN_FAILED, EVENTS),
  row(
    'a generator that throws later says so in an event of its own',
    { do: 'count', to: 3, failAt: 2 },
    {
      status: 200,
      text: /^data: {"n":1}\n\nevent: error\ndata: {"code":"ERR_RUN_FAILED","message":"[^"]+","requestId":"[^"]+"}\n\n$/,
      without: ['secret'],
    },
    EVENTS,
  ),
  row(
    'a stream that stands still for longer than the scoring timeout',
    { do: 'stalls' },
    { status: 200, text: /^data: 1\n\nevent: error\ndata: {"code":"ERR_SCORING_TIMEOUT"/ },
    EVENTS,
  ),
  row('a stream that never begins', { do: 'never' }, { status: 504, json: { code: 'ERR_SCORING_TIMEOUT' } }),

  row('a first piece that JSON cannot carry', { do: 'bigints' }, RUN_FAILED),
  row('a BigInt', { do: 'bigint' }, RUN_FAILED),
  row('a value that holds itself', { do: 'cycle' }, RUN_FAILED),
  row('a function', { do: 'function' }, RUN_FAILED),
]
