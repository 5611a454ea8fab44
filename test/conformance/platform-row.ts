// What the tables of the platforms are written with.

import type { Row } from './row.ts'

type Headers = Readonly<Record<string, string>>

const JSON_BODY = { 'content-type': 'application/json' }

export const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** How the rows of one table are written. */
export interface Rows {
  get(name: string, path: string, expect: Row['expect'], headers?: Headers): Row
  /** @param input A JSON value. */
  post(name: string, path: string, input: unknown, expect: Row['expect'], headers?: Headers): Row
  /** @param body As it is. */
  send(
    name: string,
    method: string,
    path: string,
    expect: Row['expect'],
    headers?: Headers,
    body?: string,
  ): Row
}

/** @param source Of all rows: the platform's own document. */
export function rowsOf(contract: string, source: string, module: string): Rows {
  const row = (name: string, request: Row['request'], expect: Row['expect']): Row => ({
    name,
    contract,
    source,
    module,
    request,
    expect,
  })
  return {
    get: (name, path, expect, headers = {}) => row(name, { method: 'GET', path, headers }, expect),
    post: (name, path, input, expect, headers = {}) =>
      row(
        name,
        { method: 'POST', path, headers: { ...JSON_BODY, ...headers }, body: JSON.stringify(input) },
        expect,
      ),
    send: (name, method, path, expect, headers = {}, body = '') =>
      row(name, { method, path, headers, ...(body === '' ? {} : { body }) }, expect),
  }
}

export function error(status: number, code: string, message: RegExp): Row['expect'] {
  return { status, json: { code, message, requestId: UUID }, headers: { 'content-type': 'application/json' } }
}
