// How a service reads what it is sent. What it takes and checks is settled once, when its score module is loaded.

import { decodeInput } from './input.ts'
import type { MultipartLimits } from './multipart.ts'

/**
 * Checks an input against what the score module expects.
 *
 * @returns What `run()` is given, perhaps a promise of it: the input, or what the module's schema made of it.
 * @param sizeBytes Of the body that it came from: of a large one only the first fault is looked for.
 * @throws ScorehostError ERR_INPUT_SHAPE, ERR_INPUT_UNSUPPORTED; ERR_RUN_FAILED where a transform of the module's own threw
 */
export type InputCheck = (input: unknown, sizeBytes: number) => unknown

/** How a service reads what it is sent. */
export interface InputReader {
  /**
   * The input that a body stands for; a promise only where reading it takes time, as of a form.
   *
   * @throws ScorehostError ERR_INPUT_MALFORMED, ERR_INPUT_SHAPE, ERR_INPUT_TOO_LARGE, ERR_INPUT_UNSUPPORTED
   */
  ofBody(contentType: string | null, body: Buffer): unknown
  /** The input that one of several values in a body stands for. @param raw Its JSON text. */
  ofValue(value: unknown, raw: Buffer): unknown
  /** The input of a GET: its decoded query, or its text. */
  ofQuery(query: Readonly<Record<string, unknown>>, text: string): unknown
}

/** Of a score module. */
export class ModuleInput implements InputReader {
  readonly #limits: MultipartLimits
  readonly #check: InputCheck | null
  readonly #raw: boolean

  /** @param raw The bytes are the input, whatever they stand for. */
  constructor(limits: MultipartLimits, check: InputCheck | null, raw: boolean) {
    this.#limits = limits
    this.#check = check
    this.#raw = raw
  }

  ofBody(contentType: string | null, body: Buffer): unknown {
    if (this.#raw) return body
    const decoded = decodeInput(contentType, body, this.#limits)
    if (this.#check === null) return decoded
    const check = this.#check
    return decoded instanceof Promise
      ? decoded.then(input => check(input, body.length))
      : check(decoded, body.length)
  }

  ofValue(value: unknown, raw: Buffer): unknown {
    if (this.#raw) return raw
    return this.#check === null ? value : this.#check(value, raw.length)
  }

  ofQuery(query: Readonly<Record<string, unknown>>, text: string): unknown {
    if (this.#raw) return Buffer.from(text)
    return this.#check === null ? query : this.#check(query, text.length)
  }
}
