// An answer in the format that its client accepts: JSON, JSON lines or CSV.

import Negotiator from 'negotiator'
import { ScorehostError } from '../errors.ts'
import { toJson } from '../output.ts'
import { CSV, isJsonLines, JSON_LINES, rowsToCsv } from '../record-formats.ts'
import { ResultStream } from '../result-stream.ts'
import type { ScoreResult } from '../scoring.ts'
import type { Settings } from '../settings.ts'
import type { Tensor } from '../tensor.ts'
import { TensorOutput } from '../tensor-request.ts'
import { elementTexts, rowTexts, tensorsText } from '../tensor-text.ts'
import type { HttpCall, HttpReply } from './contract.ts'
import { encodeResult } from './encode-result.ts'

const JSON_TYPE = 'application/json'
/** In the order of our preference, where the client has none. */
const OFFERED = [JSON_TYPE, ...JSON_LINES, CSV]

/** The answer in the format that its client accepts, or that is set for those who accept any. */
export function encodeInvocation(
  { headers: { accept }, requestId }: HttpCall,
  result: ScoreResult,
  { defaultAccept }: Pick<Settings, 'defaultAccept'>,
): HttpReply | Promise<HttpReply> {
  const isAny = accept === undefined || accept.trim() === '*/*'
  return encodeAccepted(result, isAny ? (defaultAccept ?? undefined) : accept, requestId)
}

/**
 * What has a type already goes out as it is: bytes, streams, and what the score module gave a content type.
 *
 * @param accept The client's header, or what counts in its place.
 * @throws ScorehostError ERR_NOT_ACCEPTABLE where the client accepts none of the formats, or the value does not fit the one
 */
function encodeAccepted(
  result: ScoreResult,
  accept: string | undefined,
  requestId: string,
): HttpReply | Promise<HttpReply> {
  const { value, status, headers } = result
  const isTyped =
    headers['content-type'] !== undefined || value instanceof ResultStream || value instanceof Uint8Array
  if (isTyped) return encodeResult(result, accept, requestId)
  const type = new Negotiator({ headers: { accept } }).mediaType(OFFERED)
  if (type === undefined)
    throw new ScorehostError(
      'ERR_NOT_ACCEPTABLE',
      `There is no ${accept} here; accept ${OFFERED.join(', ')}.`,
    )
  if (type === JSON_TYPE) return encodeResult(result, accept, requestId)
  const body = isJsonLines(type) ? toLines(value) : toCsv(value)
  if (body === null)
    throw new ScorehostError('ERR_NOT_ACCEPTABLE', `The answer cannot be ${type}: it is no table.`)
  return { status, headers: { ...headers, 'content-type': type }, body }
}

function toLines(value: unknown): string {
  const lines =
    value instanceof TensorOutput
      ? (rowTexts(value.tensors) ?? [tensorsText(value.tensors)])
      : recordsOf(value).map(toJson)
  return lines.map(line => `${line}\n`).join('')
}

/** The elements of an array, also of one below `predictions`; anything else is one record. */
function recordsOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value
  const inner =
    typeof value === 'object' && value !== null && 'predictions' in value ? value.predictions : null
  return Array.isArray(inner) ? inner : [value === undefined ? {} : value]
}

function toCsv(value: unknown): string | null {
  // a text is most likely CSV already: the module has seen what the client accepts
  if (typeof value === 'string') return value
  const rows =
    value instanceof TensorOutput ? tensorRows(value) : (columnRows(value) ?? recordsOf(value).map(cellsOf))
  return rows === null || rows.includes(null) ? null : rowsToCsv(rows.map(row => row ?? []))
}

type Row = readonly unknown[] | null

/** Of each row the elements of every tensor, one behind the other. */
function tensorRows({ tensors }: TensorOutput): readonly Row[] | null {
  const all = [...tensors.values()]
  const count = all[0]?.shape[0]
  if (count === undefined || all.some(({ shape }) => shape[0] !== count || shape.length > 2)) return null
  const columns = all.map(cellTexts)
  return Array.from({ length: count }, (_, row) =>
    columns.flatMap(cells => {
      const step = cells.length / count
      return cells.slice(row * step, (row + 1) * step)
    }),
  )
}

function cellTexts(tensor: Tensor): readonly string[] {
  return tensor.datatype === 'BYTES' ? Array.from(tensor.data, String) : elementTexts(tensor)
}

/** An object of columns of one length. */
function columnRows(value: unknown): readonly Row[] | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null
  const columns = Object.values(value)
  const [first] = columns
  if (
    !Array.isArray(first) ||
    columns.some(column => !Array.isArray(column) || column.length !== first.length)
  )
    return null
  return first.map((_, row) => columns.flatMap(column => column[row]))
}

function cellsOf(record: unknown): Row {
  if (Array.isArray(record)) return record
  return typeof record === 'object' && record !== null ? Object.values(record) : [record]
}
