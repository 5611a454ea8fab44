// Writes a worker's answer to the client.

import type { ServerResponse } from 'node:http'

/** Up to here an answer of known length is held until it is whole, in bytes, and goes out with its head in one piece. */
const ONE_PIECE_BYTES = 16_384

/** They are between the worker and us: Node says how our answer is framed, and we whether its connection is kept. */
const OWN_HEADERS: ReadonlySet<string> = new Set(['connection', 'keep-alive', 'transfer-encoding'])

interface Head {
  readonly status: number
  readonly reason: string
  readonly headers: string[]
}

export class AnswerWriter {
  readonly #response: ServerResponse
  /** Until it is written. */
  #head: Head | null = null
  #held = ''
  #hasBegun = false

  constructor(response: ServerResponse) {
    this.#response = response
  }

  /** Something of the answer is out: there can be no other. */
  get hasBegun(): boolean {
    return this.#hasBegun
  }

  /** @param headers Names and values in turns. */
  head(status: number, reason: string, headers: readonly string[], connection: 'close' | 'keep-alive'): void {
    const own = ['connection', connection]
    let length = Number.POSITIVE_INFINITY
    for (let index = 0; index < headers.length; index += 2) {
      const name = headers[index] ?? ''
      const value = headers[index + 1] ?? ''
      const lowered = name.toLowerCase()
      if (lowered === 'content-length') length = Number(value)
      if (!OWN_HEADERS.has(lowered)) own.push(name, value)
    }
    this.#head = { status, reason, headers: own }
    if (length > ONE_PIECE_BYTES) this.#begin()
  }

  /** @returns false where the client has to read first; then the response drains */
  write(bytes: Buffer): boolean {
    if (this.#head === null) return this.#response.write(bytes)
    // Node writes a head and a text as one piece, a head and bytes as two; Latin-1 is a text that is its bytes
    this.#held += bytes.toString('latin1')
    return true
  }

  end(): void {
    if (this.#head === null) this.#response.end()
    else {
      this.#begin()
      this.#response.end(this.#held, 'latin1')
    }
  }

  #begin(): void {
    if (this.#head === null) return
    const { status, reason, headers } = this.#head
    this.#head = null
    this.#hasBegun = true
    this.#response.writeHead(status, reason, headers)
  }
}
