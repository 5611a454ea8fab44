// The places of nginx's upstream: links, each to the socket of a worker in rotation, or not there.

import { renameSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'

export class Places {
  /** Absolute paths, one for each worker that there may be in rotation. */
  readonly paths: readonly string[]
  readonly #folder: string
  /** By place: the socket that it leads to. */
  readonly #sockets: (string | null)[]

  constructor(folder: string, count: number) {
    this.#folder = folder
    this.paths = Array.from({ length: count }, (_, index) => join(folder, `place-${index}.sock`))
    this.#sockets = this.paths.map(() => null)
  }

  /** Has the places lead to these sockets. A place is changed at once: there is no moment at which it leads nowhere. */
  update(sockets: readonly string[]): void {
    const missing = sockets.filter(socket => !this.#sockets.includes(socket))
    for (const [index, held] of this.#sockets.entries()) {
      if (held !== null && sockets.includes(held)) continue
      const socket = missing.shift() ?? null
      if (socket !== held) this.#put(index, socket)
    }
  }

  /** The socket that a place leads to, by its path. */
  socketAt(path: string): string | null {
    return this.#sockets[this.paths.indexOf(path)] ?? null
  }

  #put(index: number, socket: string | null): void {
    const path = this.paths[index] ?? ''
    if (socket === null) rmSync(path, { force: true })
    else {
      const next = join(this.#folder, `next-${index}`)
      rmSync(next, { force: true })
      symlinkSync(socket, next)
      renameSync(next, path)
    }
    this.#sockets[index] = socket
  }
}
