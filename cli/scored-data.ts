// What scorehost check scores: a file, standard input, or the sample of the score module.

import { readFileSync } from 'node:fs'
import { extname } from 'node:path'
import { messageOf, ScorehostError } from '../runtime/errors.ts'

export interface ScoredData {
  /** Where it comes from, for people. */
  readonly origin: string
  readonly contentType: string
  readonly body: Buffer
}

const STANDARD_INPUT = 0
const BYTES = 'application/octet-stream'
const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.json': 'application/json',
  '.txt': 'text/plain',
  '.csv': 'text/csv',
}

/**
 * Reads what --data names.
 *
 * @param file A path, or `-` for standard input, which is JSON where nothing else is said.
 * @param contentType Null: by the extension of the file.
 * @throws ScorehostError ERR_CONFIG_INVALID where it cannot be read
 */
export function readData(file: string, contentType: string | null): ScoredData {
  const byExtension = file === '-' ? 'application/json' : CONTENT_TYPES[extname(file).toLowerCase()]
  try {
    return {
      origin: file === '-' ? 'standard input' : file,
      contentType: contentType ?? byExtension ?? BYTES,
      body: readFileSync(file === '-' ? STANDARD_INPUT : file),
    }
  } catch (thrown) {
    const why = messageOf(thrown)
    throw new ScorehostError('ERR_CONFIG_INVALID', `--data: ${file} cannot be read: ${why}`, {
      cause: thrown,
    })
  }
}

/** The `inputSample` of a score module as a client would send it; null where there is none. */
export function sampleData(inputSample: unknown, contentType: string | null): ScoredData | null {
  const data = (byDefault: string, body: Buffer) => ({
    origin: 'inputSample',
    contentType: contentType ?? byDefault,
    body,
  })
  if (inputSample === undefined) return null
  if (inputSample instanceof Uint8Array) return data(BYTES, Buffer.from(inputSample))
  if (typeof inputSample === 'string') return data('text/plain', Buffer.from(inputSample))
  return data('application/json', Buffer.from(JSON.stringify(inputSample)))
}
