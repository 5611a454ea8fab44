// What a request stands for: the input of run() by content type, content encoding and query.

import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib'
import type { Row } from './row.ts'

export const INPUTS_SETTINGS = {
  WORKER_COUNT: '1',
  SCOREHOST_MAX_BODY_BYTES: '100000',
  SCOREHOST_MAX_FILES: '2',
  SCOREHOST_MAX_FILE_BYTES: '1000',
  SCOREHOST_MAX_FIELDS: '3',
}

const SOURCE = 'docs/score-module.md'
const FORM = 'multipart/form-data; boundary=edge'

function posting(
  name: string,
  contentType: string | undefined,
  body: string | Uint8Array,
  expect: Row['expect'],
  more: Readonly<Record<string, string>> = {},
): Row {
  const headers = { ...(contentType === undefined ? {} : { 'content-type': contentType }), ...more }
  const request = { method: 'POST', path: '/score', headers, body }
  return { name, contract: 'azureml', source: SOURCE, module: 'inputs', request, expect }
}

function refused(status: number, code: string, message: RegExp): Row['expect'] {
  return { status, json: { code, message } }
}

function encoded(name: string, encoding: string, body: Uint8Array, expect: Row['expect']): Row {
  return posting(name, 'application/json', body, expect, { 'content-encoding': encoding })
}

/** A part of a form; a file where it has a file name. */
function part(field: string, body: string | Uint8Array, fileName?: string): Uint8Array {
  const name = fileName === undefined ? '' : `; filename="${fileName}"\r\nContent-Type: image/png`
  return Buffer.concat([
    Buffer.from(`--edge\r\nContent-Disposition: form-data; name="${field}"${name}\r\n\r\n`),
    Buffer.from(body),
    Buffer.from('\r\n'),
  ])
}

function form(...parts: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat([...parts, Buffer.from('--edge--\r\n')])
}

const VALUE = { rows: [[1, 2.5]] }
const JSON_VALUE = JSON.stringify(VALUE)
const IS_VALUE = { status: 200, json: { kind: 'object', value: VALUE, rawLength: JSON_VALUE.length } }

export const INPUTS: readonly Row[] = [
  posting('JSON is its value', 'application/json', JSON_VALUE, IS_VALUE),
  posting('a body without a content type is JSON', undefined, JSON_VALUE, IS_VALUE),
  posting('any +json type is JSON', 'application/vnd.acme+json; charset=UTF-8', JSON_VALUE, IS_VALUE),
  posting('text is a string', 'text/csv', 'größe,1\n', {
    status: 200,
    json: { kind: 'string', value: 'größe,1\n', rawLength: 10 },
  }),
  posting('any other type is bytes', 'application/octet-stream', Uint8Array.of(0, 255), {
    status: 200,
    json: { kind: 'bytes', hex: '00ff' },
  }),
  posting(
    'the offset of what is not UTF-8 is named',
    'text/plain',
    Buffer.concat([Buffer.from('größe'.repeat(1000)), Buffer.from([0xc3, 0x28])]),
    refused(400, 'ERR_INPUT_MALFORMED', /not UTF-8 at offset 7000 \(0xc328\)/),
  ),
  posting(
    'a text that breaks off within a character',
    'text/plain',
    Buffer.from('grö').subarray(0, 3),
    refused(400, 'ERR_INPUT_MALFORMED', /offset 2 \(0xc3\)/),
  ),
  posting(
    'another charset',
    'text/plain; charset=latin1',
    'a',
    refused(415, 'ERR_INPUT_UNSUPPORTED', /charset latin1/),
  ),
  posting('prototype keys change nothing', 'application/json', '{"a":1,"__proto__":{"admin":true}}', {
    status: 200,
    json: { value: { a: 1 }, merged: null, admin: null },
  }),
  posting(
    'constructor keys change nothing',
    'application/json',
    '{"a":1,"constructor":{"prototype":{"admin":true}}}',
    { status: 200, json: { value: { a: 1 }, merged: null, admin: null } },
  ),

  posting(
    'a form is fields and files',
    FORM,
    form(part('word', 'größe'), part('image', Uint8Array.of(1, 2), 'größe.png'), part('word', 'second')),
    {
      status: 200,
      json: {
        kind: 'form',
        fields: { word: ['größe', 'second'] },
        files: [{ field: 'image', name: 'größe.png', contentType: 'image/png', hex: '0102' }],
      },
    },
  ),
  posting('a form may be empty', FORM, form(), {
    status: 200,
    json: { kind: 'form', fields: {}, files: [] },
  }),
  posting('prototype keys of a form change nothing', FORM, form(part('__proto__', 'x'), part('a[b]', 'y')), {
    status: 200,
    json: { fields: { a: { b: 'y' } }, admin: null },
  }),
  posting(
    'a form with too many files',
    FORM,
    form(part('a', '1', 'a'), part('b', '2', 'b'), part('c', '3', 'c')),
    refused(413, 'ERR_INPUT_TOO_LARGE', /more than 2 files \(SCOREHOST_MAX_FILES\)/),
  ),
  posting('a file of just the limit', FORM, form(part('a', new Uint8Array(1000), 'a')), { status: 200 }),
  posting(
    'a file over the limit',
    FORM,
    form(part('a', new Uint8Array(1001), 'a')),
    refused(413, 'ERR_INPUT_TOO_LARGE', /"a" is larger than 1000 bytes \(SCOREHOST_MAX_FILE_BYTES\)/),
  ),
  posting(
    'a form with too many fields',
    FORM,
    form(part('a', '1'), part('b', '2'), part('c', '3'), part('d', '4')),
    refused(413, 'ERR_INPUT_TOO_LARGE', /more than 3 fields \(SCOREHOST_MAX_FIELDS\)/),
  ),
  posting(
    'a form that breaks off',
    FORM,
    part('a', '1', 'a'),
    refused(400, 'ERR_INPUT_MALFORMED', /multipart\/form-data: Unexpected end of form/),
  ),
  posting(
    'a form without its boundary',
    'multipart/form-data',
    form(),
    refused(400, 'ERR_INPUT_MALFORMED', /Boundary not found/),
  ),

  encoded('gzip is undone', 'gzip', gzipSync(JSON_VALUE), IS_VALUE),
  encoded('x-gzip is gzip', 'X-GZIP', gzipSync(JSON_VALUE), IS_VALUE),
  encoded('deflate is undone', 'deflate', deflateSync(JSON_VALUE), IS_VALUE),
  encoded('deflate without its envelope is undone', 'deflate', deflateRawSync(JSON_VALUE), IS_VALUE),
  encoded('br is undone', 'br', brotliCompressSync(JSON_VALUE), IS_VALUE),
  encoded(
    'what is not what its encoding says',
    'gzip',
    Buffer.from(JSON_VALUE),
    refused(400, 'ERR_INPUT_MALFORMED', /not gzip/),
  ),
  encoded(
    'an encoded body that breaks off',
    'br',
    brotliCompressSync('x'.repeat(999)).subarray(0, 5),
    refused(400, 'ERR_INPUT_MALFORMED', /not br/),
  ),
  encoded(
    'a small body that unpacks to more than the limit',
    'gzip',
    gzipSync(Buffer.alloc(50_000_000)),
    refused(413, 'ERR_INPUT_TOO_LARGE', /larger than 100000 bytes/),
  ),

  {
    name: 'the query of a GET is its input, with values and repeated parameters',
    contract: 'azureml',
    source: SOURCE,
    module: 'inputs',
    request: { method: 'GET', path: '/score?n=1.5&list=%5B1%5D&word=a&word=2&__proto__=x' },
    expect: {
      status: 200,
      json: { kind: 'object', value: { n: 1.5, list: [1], word: ['a', 2] }, rawLength: 0, contentType: null },
    },
  },
  {
    name: 'the query of a POST is in its context',
    contract: 'azureml',
    source: SOURCE,
    module: 'inputs',
    request: { method: 'POST', path: '/score?n=1', body: '{}' },
    expect: { status: 200, json: { query: { n: 1 }, value: {} } },
  },
]
