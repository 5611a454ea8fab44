// Makes the one function that checks an input before run() is given it.

import { type InputFault, ScorehostError } from '../errors.ts'
import type { InputCheck } from '../input-reader.ts'
import type { JsonSchema } from '../scoring.ts'
import type { JsonSchemaCheck } from './json-schema-check.ts'
import type { ExportedSchema, StandardIssue, StandardResult } from './schema-export.ts'

/** Faults that an answer lists. */
const MOST_FAULTS = 20
/** A fault's message and path are cut here, in characters: both may hold what the client sent. */
const MOST_FAULT_LENGTH = 500
/** A larger body has the first fault found only: one of 100 MB could have millions. */
const MOST_BYTES_FOR_ALL_FAULTS = 64 * 1024

/** The check that ajv does. */
export function checkByJsonSchema(check: JsonSchemaCheck): InputCheck {
  return (input, sizeBytes) => {
    if (input instanceof Uint8Array) throw bytesNotTaken()
    const first = check.first(input)
    if (first.length === 0) return input
    throw sizeBytes <= MOST_BYTES_FOR_ALL_FAULTS ? misfit(check.all(input)) : misfit(first)
  }
}

/** The check that the schema's own library does, which also gives the input its defaults and transforms. */
export function checkByLibrary(
  validate: NonNullable<ExportedSchema['validate']>,
  jsonSchema: JsonSchema | null,
): InputCheck {
  const takesBytes = jsonSchema === null || takesAnything(jsonSchema)
  const take = (input: unknown, { issues, value }: StandardResult) => {
    if (issues === undefined) return value
    throw input instanceof Uint8Array ? bytesNotTaken() : misfit(issues.map(faultOf))
  }
  return input => {
    if (input instanceof Uint8Array && !takesBytes) throw bytesNotTaken()
    const result = ownCode(() => validate(input))
    if (!isThenable(result)) return take(input, result)
    // a library's promise may be of another make than ours
    return Promise.resolve(result).then(
      settled => take(input, settled),
      thrown => {
        throw failure(thrown)
      },
    )
  }
}

/** True where a schema refuses nothing. */
export function takesAnything(schema: JsonSchema): boolean {
  return schema === true || (typeof schema === 'object' && Object.keys(schema).every(isAnnotation))
}

function isAnnotation(keyword: string): boolean {
  return ['$schema', '$id', '$comment', 'title', 'description', 'examples', 'default'].includes(keyword)
}

/** Transforms and refinements are the module's own code: what they throw is its failure, and not the runtime's. */
function ownCode<T>(call: () => T): T {
  try {
    return call()
  } catch (thrown) {
    throw failure(thrown)
  }
}

function failure(thrown: unknown): ScorehostError {
  return new ScorehostError('ERR_RUN_FAILED', undefined, { cause: thrown })
}

function isThenable(result: StandardResult | Promise<StandardResult>): result is Promise<StandardResult> {
  return 'then' in result
}

function bytesNotTaken(): ScorehostError {
  return new ScorehostError(
    'ERR_INPUT_UNSUPPORTED',
    'This service takes JSON (application/json) or text, not a body of bytes; /swagger.json has its schema.',
  )
}

function misfit(faults: readonly InputFault[]): ScorehostError {
  const details = faults.slice(0, MOST_FAULTS).map(({ path, message }) => ({
    path: shortened(path),
    message: shortened(message),
  }))
  const [first = { path: '', message: 'is not valid' }] = details
  const place = first.path === '' ? 'it' : first.path
  // ajv's messages are the rest of a sentence, those of the libraries are sentences of their own
  const said = /^[a-z]/.test(first.message) ? `${place} ${first.message}` : `${place}: ${first.message}`
  const more = faults.length > 1 ? ` (and ${faults.length - 1} more)` : ''
  return new ScorehostError(
    'ERR_INPUT_SHAPE',
    `The input is not what this service expects: ${said}${more}.`,
    {
      details,
    },
  )
}

function faultOf({ message, path = [] }: StandardIssue): InputFault {
  const keys = path.map(step => (typeof step === 'object' ? step.key : step))
  return { path: keys.map(key => `/${escaped(String(key))}`).join(''), message }
}

/** @see https://www.rfc-editor.org/rfc/rfc6901#section-3 */
function escaped(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1')
}

function shortened(text: string): string {
  return text.length > MOST_FAULT_LENGTH ? `${text.slice(0, MOST_FAULT_LENGTH)}…` : text
}
