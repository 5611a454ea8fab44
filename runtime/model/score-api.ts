// What a score module sees: the types of its exports and of the contexts it is given. The package's public face.

import type { IncomingHttpHeaders } from 'node:http'
import type { Log } from '../log.ts'
import type { Settings } from '../settings.ts'
import type { OnnxModel, OnnxOptions } from './onnx-model.ts'

export type { OnnxModel, OnnxOptions, OnnxValues } from './onnx-model.ts'

/** Given to `init()`. */
export interface InitContext {
  /** Absolute path of the model folder. */
  readonly modelDir: string
  readonly settings: Settings
  readonly log: Log
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
  readonly headers: IncomingHttpHeaders
  /** Query parameters, each parsed as JSON where it is JSON; repeated ones are arrays. */
  readonly query: Readonly<Record<string, unknown>>
  readonly contentType: string | null
  /** The body as it came; empty for a GET. */
  readonly raw: Buffer
  /** Fires when the scoring timeout is over and when the client has gone. */
  readonly signal: AbortSignal
  /** Its lines carry the request id. */
  readonly log: Log
}

/**
 * The exports of a score module.
 *
 * `input` is the body: JSON gives its value, `text/*` a string, anything else a Buffer; for a GET it is the query. What
 * `run()` returns is the answer: a Buffer or Uint8Array as bytes, undefined as `{}`, any other value as JSON.
 */
export interface ScoreModule<Input = unknown> {
  /** Loads what scoring needs; no request comes before it is done. */
  init?(context: InitContext): unknown
  run(input: Input, context: RunContext): unknown
  /** Called once when the worker ends, after its last request. */
  close?(): unknown
  /** Requests a worker takes at once, where that is fewer than the setting `SCOREHOST_CONCURRENCY`. */
  readonly concurrency?: number
  /** An input that works: shown in swagger and in the curl line that is printed when the service is ready. */
  readonly inputSample?: Input
}
