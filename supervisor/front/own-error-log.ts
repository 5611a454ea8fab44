// The file in which nginx notes the errors that it answered itself. Its standard error is a socket, which it cannot open again.

import { closeSync, openSync, readSync, truncateSync } from 'node:fs'

/** From here on the file is emptied when it has been read. */
const MOST_BYTES = 1_048_576
const READ_MS = 1000
const PIECE_BYTES = 65_536

export class OwnErrorLog {
  readonly #path: string
  readonly #take: (line: string) => void
  readonly #piece = Buffer.alloc(PIECE_BYTES)
  #file: number | null = null
  #offset = 0
  #rest = ''
  #timer: NodeJS.Timeout | null = null

  /** @param take Called for each line. */
  constructor(path: string, take: (line: string) => void) {
    this.#path = path
    this.#take = take
  }

  /** Makes the file, which nginx may not be able to, and reads what comes into it. */
  start(): void {
    this.#file = openSync(this.#path, 'a+')
    this.#timer = setInterval(() => this.read(), READ_MS).unref()
  }

  /** Reads what has come since. */
  read(): void {
    if (this.#file === null) return
    for (;;) {
      const count = readSync(this.#file, this.#piece, 0, PIECE_BYTES, this.#offset)
      if (count === 0) break
      this.#offset += count
      const lines = (this.#rest + this.#piece.toString('utf8', 0, count)).split('\n')
      this.#rest = lines.pop() ?? ''
      for (const line of lines) this.#take(line)
    }
    if (this.#offset < MOST_BYTES) return
    // nginx writes at the end, wherever that is
    truncateSync(this.#path, 0)
    this.#offset = 0
  }

  stop(): void {
    this.read()
    if (this.#timer !== null) clearInterval(this.#timer)
    if (this.#file !== null) closeSync(this.#file)
    this.#file = null
  }
}
