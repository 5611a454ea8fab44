// The files that a worker writes what it collected into: new ones by size and by day, and the oldest of its slot go.

import { mkdirSync, openSync, writeSync } from 'node:fs'
import { type FileHandle, mkdir, open, readdir, rm, rmdir, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'

interface DataFilesOptions {
  /** Absolute path; made when there is something to write. */
  readonly folder: string
  /** What the names of the files of this slot begin with, whichever process wrote them. */
  readonly name: string
  readonly pid: number
  /** Most bytes that all files of this name may have together. */
  readonly maxBytes: number
  readonly now: () => Date
}

interface DataFile {
  readonly path: string
  readonly bytes: number
  readonly changedMs: number
}

/** A file is this part of what all may have, so that the oldest to go is a small part of all. */
const FULL_FILES = 10
/** Days without much traffic leave small files. */
const MOST_FILES = 100
const DAY_FOLDER = /^\d{4}-\d\d-\d\d$/
/** Inputs may be personal: others than the group have no business here. */
const FOLDER_MODE = 0o750
const FILE_MODE = 0o640

export class DataFiles {
  readonly #options: DataFilesOptions
  #handle: FileHandle | null = null
  #day = ''
  #bytes = 0
  #opened = 0

  constructor(options: DataFilesOptions) {
    this.#options = options
  }

  get folder(): string {
    return this.#options.folder
  }

  /** Bytes of a file, and so of the longest line that there may be. */
  get fileBytes(): number {
    return Math.floor(this.#options.maxBytes / FULL_FILES)
  }

  /**
   * Writes lines, in files that are no larger than they may be.
   *
   * @param lines Each with its line break, none longer than `fileBytes`.
   * @throws the error of the file system; a line is then written as a whole or not at all, where that can be helped
   */
  async append(lines: readonly string[]): Promise<void> {
    let chunk = ''
    let bytes = 0
    for (const line of lines) {
      const lineBytes = Buffer.byteLength(line)
      if (this.#handle === null || !this.#takes(bytes + lineBytes)) {
        await this.#write(chunk, bytes)
        await this.#open()
        chunk = ''
        bytes = 0
      }
      chunk += line
      bytes += lineBytes
    }
    await this.#write(chunk, bytes)
  }

  /** As append, for a process that ends: it does not come back before it is done, and heeds no bounds. */
  appendNow(lines: readonly string[]): void {
    if (lines.length === 0) return
    if (this.#handle !== null) writeSync(this.#handle.fd, lines.join(''))
    else {
      const path = this.#nextPath()
      mkdirSync(dirname(path), { recursive: true, mode: FOLDER_MODE })
      writeSync(openSync(path, 'ax', FILE_MODE), lines.join(''))
    }
  }

  async close(): Promise<void> {
    const handle = this.#handle
    this.#handle = null
    await handle?.close()
  }

  #takes(moreBytes: number): boolean {
    return this.#bytes + moreBytes <= this.fileBytes && this.#day === this.#today()
  }

  #today(): string {
    return this.#options.now().toISOString().slice(0, 10)
  }

  /** `{folder}/2026-01-31/host-worker-0-4711-174501-1.jsonl` */
  #nextPath(): string {
    const { folder, name, pid, now } = this.#options
    const [day = '', time = ''] = now().toISOString().split('T')
    this.#opened += 1
    return join(folder, day, `${name}-${pid}-${time.slice(0, 8).replaceAll(':', '')}-${this.#opened}.jsonl`)
  }

  async #open(): Promise<void> {
    await this.close()
    await this.#makeRoom()
    const path = this.#nextPath()
    await mkdir(dirname(path), { recursive: true, mode: FOLDER_MODE })
    this.#handle = await open(path, 'ax', FILE_MODE)
    this.#day = this.#today()
    this.#bytes = 0
  }

  async #write(chunk: string, bytes: number): Promise<void> {
    const handle = this.#handle
    if (handle === null || chunk === '') return
    try {
      await handle.appendFile(chunk)
      this.#bytes += bytes
    } catch (thrown) {
      // a disk that is full takes a part of it
      await handle.truncate(this.#bytes).catch(() => {})
      await this.close().catch(() => {})
      throw thrown
    }
  }

  /** Deletes the oldest, until a full file more fits. */
  async #makeRoom(): Promise<void> {
    const { maxBytes } = this.#options
    const files = await this.#files()
    files.sort((a, b) => a.changedMs - b.changedMs || a.path.localeCompare(b.path))
    let sum = files.reduce((bytes, file) => bytes + file.bytes, 0)
    let count = files.length
    for (const { path, bytes } of files) {
      if (sum + this.fileBytes <= maxBytes && count < MOST_FILES) break
      await rm(path, { force: true })
      sum -= bytes
      count -= 1
      // where others are in it, it stays
      await rmdir(dirname(path)).catch(() => {})
    }
  }

  /** All files of the slot, also those of processes before this one. */
  async #files(): Promise<DataFile[]> {
    const { folder, name } = this.#options
    const days = (await namesIn(folder)).filter(day => DAY_FOLDER.test(day))
    const files: DataFile[] = []
    for (const day of days)
      for (const file of await namesIn(join(folder, day))) {
        if (!file.startsWith(`${name}-`) || !file.endsWith('.jsonl')) continue
        const path = join(folder, day, file)
        const found = await stat(path).catch(() => null)
        if (found !== null) files.push({ path, bytes: found.size, changedMs: found.mtimeMs })
      }
    return files
  }
}

async function namesIn(folder: string): Promise<readonly string[]> {
  return readdir(folder).catch(() => [])
}
