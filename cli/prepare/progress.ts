// How far the preparation is, in lines.

import { byteSize } from '../../runtime/byte-size.ts'

export interface ProgressOptions {
  readonly write: (line: string) => void
  readonly nowMs: () => number
  /** An entry that takes no longer has no line but its last. */
  readonly intervalMs: number
}

export class Progress {
  readonly #options: ProgressOptions
  #name = ''
  #totalBytes = 0
  #doneBytes = 0
  #lineAtMs = 0

  constructor(options: ProgressOptions) {
    this.#options = options
  }

  start(name: string, totalBytes: number): void {
    this.#name = name
    this.#totalBytes = totalBytes
    this.#doneBytes = 0
    this.#lineAtMs = this.#options.nowMs()
  }

  add(bytes: number): void {
    this.#doneBytes += bytes
    const nowMs = this.#options.nowMs()
    if (nowMs - this.#lineAtMs < this.#options.intervalMs) return
    this.#lineAtMs = nowMs
    this.#options.write(`${this.#name}: ${byteSize(this.#doneBytes)} of ${byteSize(this.#totalBytes)}`)
  }

  finish(what: string): void {
    this.#options.write(`${this.#name}: ${what}`)
  }
}
