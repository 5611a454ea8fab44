// From the bytes of a multipart/form-data body to fields and files.

import { createRequire } from 'node:module'
import { Readable } from 'node:stream'
import type multer from 'multer'
import { ScorehostError } from './errors.ts'
import { dropPrototypeKeys } from './prototype-keys.ts'
import type { MultipartInput } from './score-api.ts'
import type { Settings } from './settings.ts'

export type MultipartLimits = Pick<Settings, 'maxFiles' | 'maxFileBytes' | 'maxFields'>

/** Of one text field: what is longer is a file. */
const FIELD_BYTES = 1_048_576
const FIELD_NAME_BYTES = 200
/** `a[b][c]` is two deep. */
const FIELD_NESTING = 5
const FIELD_ARRAY_INDEX = 1000

/**
 * Reads a form whose body is in memory.
 *
 * @param contentType With the boundary.
 * @throws ScorehostError ERR_INPUT_MALFORMED, ERR_INPUT_TOO_LARGE naming the limit
 */
export function readMultipart(
  contentType: string,
  body: Buffer,
  limits: MultipartLimits,
): Promise<MultipartInput> {
  // multer is made for a server's request; all it uses of one are its headers and that it is a stream
  const headers = { 'content-type': contentType, 'content-length': String(body.length) }
  const request = Object.assign(Readable.from([body]), { headers }) as unknown as FormRequest
  return new Promise((resolve, reject) => {
    // true: it takes any stream with headers, and answers nothing itself
    parserFor(limits)(request as Parameters<FormParser>[0], {} as Parameters<FormParser>[1], thrown => {
      if (thrown !== undefined) return reject(refusal(thrown, limits))
      dropPrototypeKeys(request.body)
      resolve({ fields: request.body, files: request.files.map(upload) })
    })
  })
}

/** What multer makes of a request. */
interface FormRequest {
  readonly body: Record<string, unknown>
  readonly files: readonly Express.Multer.File[]
}

type FormParser = ReturnType<ReturnType<typeof multer>['any']>

const parsers = new WeakMap<MultipartLimits, FormParser>()

/** Loaded and made at the first form: most services never see one. */
function parserFor(limits: MultipartLimits): FormParser {
  const made = parsers.get(limits)
  if (made !== undefined) return made
  const load: typeof multer = createRequire(import.meta.url)('multer')
  const parser = load({
    storage: load.memoryStorage(),
    defParamCharset: 'utf8',
    limits: {
      files: limits.maxFiles,
      fileSize: limits.maxFileBytes,
      fields: limits.maxFields,
      fieldSize: FIELD_BYTES,
      fieldNameSize: FIELD_NAME_BYTES,
      fieldNestingDepth: FIELD_NESTING,
      fieldArrayIndexLimit: FIELD_ARRAY_INDEX,
    } as multer.Options['limits'], // true: the declarations are older than the last two
  }).any()
  parsers.set(limits, parser)
  return parser
}

function upload({ fieldname, originalname, mimetype, buffer }: Express.Multer.File) {
  return { field: fieldname, name: originalname, contentType: mimetype, data: buffer }
}

function refusal(thrown: unknown, limits: MultipartLimits): ScorehostError {
  const { code, message, field } = thrown as { code?: string; message?: string; field?: string } // true: anything may have these
  const tooLarge: Readonly<Record<string, string>> = {
    LIMIT_FILE_COUNT: `The form has more than ${limits.maxFiles} files (SCOREHOST_MAX_FILES).`,
    LIMIT_FILE_SIZE: `The file "${field}" is larger than ${limits.maxFileBytes} bytes (SCOREHOST_MAX_FILE_BYTES).`,
    LIMIT_FIELD_COUNT: `The form has more than ${limits.maxFields} fields (SCOREHOST_MAX_FIELDS).`,
    LIMIT_FIELD_VALUE: `The field "${field}" is longer than ${FIELD_BYTES} bytes; send it as a file.`,
  }
  const text = tooLarge[code ?? '']
  if (text !== undefined) return new ScorehostError('ERR_INPUT_TOO_LARGE', text, { cause: thrown })
  const why = field === undefined ? message : `${message}: "${field}"`
  return new ScorehostError('ERR_INPUT_MALFORMED', `The body is no well-formed multipart/form-data: ${why}`, {
    cause: thrown,
  })
}
