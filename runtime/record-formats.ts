// Records one below the other: JSON lines and CSV, which SageMaker's clients send and accept.

import { createRequire } from 'node:module'
import type Papa from 'papaparse'
import { messageOf, ScorehostError } from './errors.ts'

/** All names of JSON lines, the one that SageMaker uses first. */
export const JSON_LINES = [
  'application/jsonlines',
  'application/x-jsonlines',
  'application/jsonl',
  'application/x-ndjson',
]
const JSON_NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/

export const CSV = 'text/csv'

/** @param mediaType In lower case, without parameters. */
export function isJsonLines(mediaType: string): boolean {
  return JSON_LINES.includes(mediaType)
}

/**
 * The lines of a text that are not empty, each checked to be JSON.
 *
 * @throws ScorehostError ERR_INPUT_MALFORMED naming the line
 */
export function jsonLines(text: string, parse: (line: string) => unknown): readonly unknown[] {
  return text.split(/\r?\n/).flatMap((line, index) => {
    if (line.trim() === '') return []
    try {
      return [parse(line)]
    } catch (thrown) {
      const message = `Line ${index + 1} of the body is not JSON: ${messageOf(thrown)}`
      throw new ScorehostError('ERR_INPUT_MALFORMED', message)
    }
  })
}

/**
 * JSON text of the rows of a CSV, each an array; what is no number is a text. There is no line of titles.
 *
 * @throws ScorehostError ERR_INPUT_MALFORMED naming the row
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/cdf-inference.html
 */
export function csvToJson(text: string): string {
  const { data, errors } = papa().parse<string[]>(text, { delimiter: ',', skipEmptyLines: true })
  const [fault] = errors
  if (fault !== undefined) {
    const where = fault.row === undefined ? '' : ` in row ${fault.row + 1}`
    throw new ScorehostError('ERR_INPUT_MALFORMED', `The body is not CSV: ${fault.message}${where}`)
  }
  const cell = (field: string) => (JSON_NUMBER.test(field.trim()) ? field.trim() : JSON.stringify(field))
  return `[${data.map(row => `[${row.map(cell).join(',')}]`).join(',')}]`
}

/** CSV of rows of values; null where a value is neither text, number, truth value nor null. */
export function rowsToCsv(rows: readonly (readonly unknown[])[]): string | null {
  if (rows.some(row => row.some(value => typeof value === 'object' && value !== null))) return null
  return rows.length === 0
    ? ''
    : `${papa().unparse(
        rows.map(row => [...row]),
        { newline: '\n' },
      )}\n`
}

/** Loaded when the first CSV comes. */
function papa(): typeof Papa {
  return createRequire(import.meta.url)('papaparse')
}
