// What a score module sees: the types of its exports and of the contexts it is given, and reply(). The package's public face.
//
// It imports nothing of ours, so that `scorehost init` can put the types beside a score module that has no node_modules.

// not imported: runtime/node-http.ts says why
const { validateHeaderName, validateHeaderValue } = process.getBuiltinModule('node:http')

/** Writes lines to the log: `log.info('scored')`, `log.info({ rows: 3 }, 'scored')`. */
export interface ScoreLog {
  trace: LogMethod
  debug: LogMethod
  info: LogMethod
  warn: LogMethod
  error: LogMethod
  fatal: LogMethod
}

interface LogMethod {
  (message: string): void
  (fields: object, message?: string): void
}

/** Values by input or output name: nested arrays, or flat typed arrays. */
export type OnnxValues = Record<string, unknown>

export interface OnnxOptions {
  /** Threads of one run; default is the setting `SCOREHOST_ONNX_THREADS`. */
  readonly threads?: number
  /** Options of onnxruntime itself, `InferenceSession.SessionOptions`, which win over ours. */
  readonly session?: object
}

/** A loaded ONNX model. Runs block the event loop: parallelism is the number of workers. */
export interface OnnxModel {
  /** onnxruntime's own session, for whatever `run` does not cover. */
  readonly session: import('onnxruntime-node').InferenceSession
  /**
   * Runs the model.
   *
   * @param inputs By input name: nested arrays of the input's shape, or a flat typed array, whose shape is the model's with
   *   its first dynamic dimension made to fit.
   * @returns By output name: nested arrays; flat typed arrays where every input was one.
   * @throws TypeError, RangeError naming the input that is missing, surplus or of the wrong shape
   */
  run(inputs: OnnxValues): Promise<OnnxValues>
  /** Releases the session; a run after this fails. */
  release(): Promise<void>
}

/** Given to `init()`. */
export interface InitContext {
  /** Absolute path of the model folder. */
  readonly modelDir: string
  /** The settings in force, by file key (docs/settings.md). */
  readonly settings: Readonly<Record<string, string | number | boolean | null>>
  readonly log: ScoreLog
  /** All zeroes: no request is behind init(). */
  readonly requestId: string
  /**
   * Absolute path of a model's folder, {name}/{version} below the model folder; the newest version when none is given.
   *
   * @throws ScorehostError ERR_MODEL_MISSING with the paths that were looked at
   */
  modelPath(name: string, version?: string | number): string
  /**
   * Loads an ONNX model of the model folder, with as many threads as fit the container.
   *
   * @throws ScorehostError ERR_MODEL_MISSING, or what onnxruntime throws for a broken file
   */
  onnx(name: string, version?: string | number, options?: OnnxOptions): Promise<OnnxModel>
}

/** Given to `run()` beside the input. */
export interface RunContext {
  readonly requestId: string
  /** Of the request, names in lower case. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  /** Query parameters, each parsed as JSON where it is JSON; repeated ones are arrays. */
  readonly query: Readonly<Record<string, unknown>>
  readonly contentType: string | null
  /** `POST`, or `GET` where the query is the input. */
  readonly method: string
  /** Where the request came in: `/score`, or another of the paths that score. */
  readonly path: string
  /** Of a request with instances: the `parameters` beside them; else null. */
  readonly parameters: unknown
  /** The body after its content encoding is undone; empty for a GET. */
  readonly raw: Buffer
  /** Fires when the scoring timeout is over and when the client has gone. */
  readonly signal: AbortSignal
  /** Its lines carry the request id. */
  readonly log: ScoreLog
}

/** The input where the body is `multipart/form-data`. */
export interface MultipartInput {
  /** Text by field name; a repeated one is an array. */
  readonly fields: Readonly<Record<string, unknown>>
  /** In the order in which they came. */
  readonly files: readonly UploadedFile[]
}

export interface UploadedFile {
  /** Name of the form's field. */
  readonly field: string
  /** Name of the file as the client gave it: never use it as a path. */
  readonly name: string
  readonly contentType: string
  readonly data: Buffer
}

/** How many requests go into one call of `runBatch()`, and how long the first waits for others. */
export interface BatchOptions {
  /** Most requests of one call, from 1 to 10000. */
  readonly maxSize: number
  /** Default 0: what came in while the last batch ran is the next one, and a lone request does not wait. */
  readonly maxDelayMs?: number
}

/**
 * A JSON Schema (draft 2020-12, or what its `$schema` says), or an object of a schema library that offers its JSON Schema:
 * Zod, TypeBox, Valibot, ArkType, any Standard Schema.
 *
 * @see https://json-schema.org, https://standardschema.dev
 */
export type SchemaExport = object | boolean

/**
 * The exports of a score module: `run()`, or `runBatch()` in its place, and whatever else it needs.
 *
 * `input` is the body: JSON gives its value, `text/*` a string, `multipart/form-data` a {@link MultipartInput}, anything else a
 * Buffer; for a GET it is the query. What `run()` returns is the answer: a Buffer or Uint8Array as bytes, an async iterable or
 * a stream as it comes, undefined as `{}`, a {@link Reply} with its own status and headers, any other value as JSON.
 */
export interface ScoreModule<Input = unknown> {
  /** Loads what scoring needs; no request comes before it is done. */
  init?(context: InitContext): unknown
  run?(input: Input, context: RunContext): unknown
  /**
   * Scores several requests at once; takes the place of `run()`.
   *
   * @returns One result for each input, in their order; an Error in place of one fails that request alone.
   */
  runBatch?(inputs: readonly Input[], contexts: readonly RunContext[]): unknown
  readonly batch?: BatchOptions
  /** Called once when the worker ends, after its last request. */
  close?(): unknown
  /** Requests a worker takes at once, where that is fewer than the setting `SCOREHOST_CONCURRENCY`. */
  readonly concurrency?: number
  /** What an input must look like: others are answered with 400, and swagger shows it. */
  readonly input?: SchemaExport
  /** What an answer looks like, for swagger. */
  readonly output?: SchemaExport
  /**
   * An input that works: shown in swagger and in the curl line that is printed when the service is ready. Without `input`
   * its shape is what an input must look like.
   */
  readonly inputSample?: Input
  /** An answer, for swagger. */
  readonly outputSample?: unknown
}

export interface ReplyOptions {
  /** From 200 to 599; default 200. */
  readonly status?: number
  /** The content type is made from the body where it is not among them. */
  readonly headers?: Readonly<Record<string, string>>
}

/** What {@link reply} makes: a body with the status and the headers it goes out with. */
export interface Reply {
  readonly body: unknown
  readonly status: number
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
}

/** Known to every copy of this package, so that a module with a `scorehost` of its own in node_modules is understood. */
const BRAND = Symbol.for('scorehost.reply')

/** These belong to the connection, which is not the module's. */
const CONNECTION_HEADERS = new Set([
  'connection',
  'content-length',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

/**
 * Lets `run()` choose the status and the headers of its answer: `return reply({ error: 'no such user' }, { status: 404 })`.
 *
 * @param body Whatever `run()` may return.
 * @throws TypeError, RangeError naming what no answer can have
 */
export function reply(body: unknown, { status = 200, headers = {} }: ReplyOptions = {}): Reply {
  if (!Number.isInteger(status) || status < 200 || status > 599)
    throw new RangeError(`reply(): the status ${status} is no whole number from 200 to 599`)
  const lower: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers)) {
    validateHeaderName(name)
    validateHeaderValue(name, value)
    if (CONNECTION_HEADERS.has(name.toLowerCase()))
      throw new TypeError(`reply(): the header ${name} belongs to the connection and cannot be set`)
    lower[name.toLowerCase()] = String(value)
  }
  return Object.defineProperty({ body, status, headers: lower }, BRAND, { value: true })
}

/** For code around `run()`: true for what {@link reply} made. */
export function isReply(value: unknown): value is Reply {
  return typeof value === 'object' && value !== null && BRAND in value
}
