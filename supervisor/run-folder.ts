// The folder of one running service, below the temporary folder: sockets, and what nginx writes.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Made when it is first needed, and removed when the process ends. */
export class RunFolder {
  #path: string | null = null

  /** @throws the error of the file system where the temporary folder cannot be written */
  get path(): string {
    if (this.#path === null) {
      const path = mkdtempSync(join(tmpdir(), 'scorehost-'))
      process.once('exit', () => rmSync(path, { recursive: true, force: true }))
      this.#path = path
    }
    return this.#path
  }
}
