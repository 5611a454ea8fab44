// The descriptions of the service that its author wrote, beside the score module.

import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { ScorehostError, summariseThrown } from '../errors.ts'

const FILES = ['swagger.json', 'swagger2.json', 'swagger3.json', 'swagger3.1.json']

/**
 * JSON text by file name, of those that are there.
 *
 * @param entry Absolute path of the score module.
 * @throws ScorehostError ERR_MODULE_LOAD where one cannot be read or is not JSON
 */
export function readOwnDescriptions(entry: string): ReadonlyMap<string, string> {
  const texts = FILES.map(name => [name, readDescription(join(dirname(entry), name))] as const)
  return new Map(texts.flatMap(([name, text]) => (text === null ? [] : [[name, text]])))
}

function readDescription(path: string): string | null {
  try {
    // an editor's byte order mark is no part of JSON
    const text = readFileSync(path, 'utf8').replace(/^\uFEFF/, '')
    const description: unknown = JSON.parse(text)
    if (typeof description !== 'object' || description === null || Array.isArray(description))
      throw new SyntaxError('it is no object')
    return text
  } catch (thrown) {
    if (thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT') return null
    const message = `${path} cannot be read as a description of the service: ${summariseThrown(thrown)}`
    throw new ScorehostError('ERR_MODULE_LOAD', message, { cause: thrown })
  }
}
