// Collects what was scored, in the background: a bounded queue, lines of it when the answers are out, then files.

import { hostname, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { accessProblem } from '../access-problem.ts'
import { collectedLine } from '../collected-line.ts'
import { type CollectedRequest, type Collector, heldBytes } from '../data-collection.ts'
import type { Log } from '../log.ts'
import type { Settings } from '../settings.ts'
import { DataFiles } from './data-files.ts'

/** Where the lines go. */
export interface LineSink {
  /** For the log. */
  readonly folder: string
  /** A line of more bytes is not taken. */
  readonly fileBytes: number
  append(lines: readonly string[]): Promise<void>
  appendNow(lines: readonly string[]): void
  close(): Promise<void>
}

interface CollectorOptions {
  /** The slot of this worker. */
  readonly worker: number
  readonly samplePercent: number
  readonly bodyBytes: number
  readonly sink: LineSink
  readonly log: Pick<Log, 'info' | 'warn'>
  /** A monotonic clock, in milliseconds. */
  readonly now?: () => number
  /** From 0 up to 1. */
  readonly random?: () => number
}

/** Of requests and lines that wait, together. */
export const MOST_WAITING = 10_000
export const MOST_WAITING_BYTES = 16_777_216
/** How long lines are made in one turn of the event loop. */
const SLICE_MS = 1
/** Lines are written together: one for each would cost more than to make it. */
const WRITE_AFTER_MS = 100
const WRITE_AT_BYTES = 262_144
const WARN_EVERY_MS = 60_000
const RETRY_AFTER_MS = 10_000
/** A disk that hangs is not to hold up a worker that ends. */
const CLOSE_WITHIN_MS = 2000

export class DataCollector implements Collector {
  readonly bodyBytes: number
  readonly #options: CollectorOptions
  readonly #now: () => number
  readonly #random: () => number
  #queue: CollectedRequest[] = []
  #lines: string[] = []
  /** Of the queue, of the lines, and of the lines that are being written. */
  #waitingBytes = 0
  #linesBytes = 0
  #beingWritten = 0
  #immediate: NodeJS.Immediate | null = null
  #timer: NodeJS.Timeout | null = null
  #writing: Promise<void> | null = null
  #dropped = 0
  #warnedAtMs = Number.NEGATIVE_INFINITY
  /** When writing is tried again; null while it works. */
  #retryAtMs: number | null = null
  #lost = 0

  constructor(options: CollectorOptions) {
    this.#options = options
    this.bodyBytes = options.bodyBytes
    this.#now = options.now ?? (() => performance.now())
    this.#random = options.random ?? Math.random
  }

  wants(): boolean {
    if (this.#random() * 100 >= this.#options.samplePercent) return false
    if (this.#retryAtMs === null || this.#now() >= this.#retryAtMs) return true
    this.#lost += 1
    return false
  }

  collect(request: CollectedRequest): void {
    const bytes = heldBytes(request)
    const waiting = this.#queue.length + this.#lines.length + this.#beingWritten
    if (waiting >= MOST_WAITING || this.#waitingBytes + bytes > MOST_WAITING_BYTES) {
      this.#dropped += 1
      return
    }
    this.#queue.push(request)
    this.#waitingBytes += bytes
    // the answer is written before the event loop comes here
    this.#immediate ??= setImmediate(() => this.#work())
  }

  /** Settles when everything is written, or when the disk takes too long. */
  async close(): Promise<void> {
    let timer: NodeJS.Timeout | undefined
    const deadline = new Promise<void>(resolve => {
      timer = setTimeout(resolve, CLOSE_WITHIN_MS)
    })
    await Promise.race([this.#writeRest(), deadline])
    clearTimeout(timer)
    this.#dropped += this.#queue.length + this.#lines.length
    this.#queue = []
    this.#lines = []
    this.#warnOfDropped(true)
  }

  /** For a process that ends without having closed it. */
  closeNow(): void {
    while (this.#queue.length > 0) this.#makeLine()
    const lines = this.#lines
    this.#lines = []
    try {
      this.#options.sink.appendNow(lines)
    } catch {
      // nobody is left to try again
    }
  }

  #work(): void {
    this.#immediate = null
    const untilMs = this.#now() + SLICE_MS
    do this.#makeLine()
    while (this.#queue.length > 0 && this.#now() < untilMs)
    if (this.#queue.length > 0) this.#immediate = setImmediate(() => this.#work())
    if (this.#linesBytes >= WRITE_AT_BYTES) this.#write()
    else this.#writeLater()
    this.#warnOfDropped(false)
  }

  #makeLine(): void {
    const request = this.#queue.shift()
    if (request === undefined) return
    this.#waitingBytes -= heldBytes(request)
    const line = this.#lineOf(request)
    const bytes = line === null ? 0 : Buffer.byteLength(line)
    // control characters are six as JSON
    const hasRoom = bytes <= this.#options.sink.fileBytes && this.#waitingBytes + bytes <= MOST_WAITING_BYTES
    if (line === null || !hasRoom) {
      this.#dropped += 1
      return
    }
    this.#lines.push(line)
    this.#linesBytes += bytes
    this.#waitingBytes += bytes
  }

  /** Null for what a score module has made unreadable, for example by handing its memory to a thread. */
  #lineOf(request: CollectedRequest): string | null {
    try {
      return collectedLine(request, this.#options.worker)
    } catch {
      return null
    }
  }

  #writeLater(): void {
    if (this.#lines.length === 0 || this.#writing !== null) return
    this.#timer ??= setTimeout(() => this.#write(), WRITE_AFTER_MS).unref()
  }

  #write(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
    if (this.#writing !== null || this.#lines.length === 0) return
    const lines = this.#lines
    const bytes = this.#linesBytes
    this.#lines = []
    this.#linesBytes = 0
    this.#beingWritten = lines.length
    this.#writing = this.#options.sink.append(lines).then(
      () => this.#works(),
      thrown => this.#fails(thrown, lines.length),
    )
    void this.#writing.then(() => {
      this.#writing = null
      this.#beingWritten = 0
      this.#waitingBytes -= bytes
      this.#writeLater()
    })
  }

  #works(): void {
    if (this.#retryAtMs === null) return
    this.#retryAtMs = null
    this.#options.log.info(`collected data can be written again; of ${this.#lost} requests it was lost`)
    this.#lost = 0
  }

  /** Once, until it works again. */
  #fails(thrown: unknown, lines: number): void {
    const { log, sink } = this.#options
    if (this.#retryAtMs === null)
      log.warn(
        `collected data cannot be written to ${sink.folder} (SCOREHOST_DATA_FOLDER): ${accessProblem(thrown)}; requests are served without`,
      )
    this.#retryAtMs = this.#now() + RETRY_AFTER_MS
    this.#lost += lines
  }

  #warnOfDropped(isLast: boolean): void {
    if (this.#dropped === 0 || (!isLast && this.#now() < this.#warnedAtMs + WARN_EVERY_MS)) return
    this.#warnedAtMs = this.#now()
    this.#options.log.warn(
      { dropped: this.#dropped },
      `${this.#dropped} requests were not collected: more came than can be written, or they were too long`,
    )
    this.#dropped = 0
  }

  async #writeRest(): Promise<void> {
    while (this.#queue.length > 0) {
      this.#makeLine()
      await new Promise(resolve => setImmediate(resolve))
    }
    await this.#writing
    this.#write()
    await this.#writing
    await this.#options.sink.close().catch(() => {})
  }
}

/** @param worker The slot of this worker. */
export function startCollector(settings: Settings, worker: number, log: Log): DataCollector {
  const { appRoot, dataFolder, dataMaxBytes: maxBytes } = settings
  const { dataSamplePercent: samplePercent, dataBodyBytes: bodyBytes } = settings
  const folder = resolve(appRoot, dataFolder ?? join(tmpdir(), 'scorehost-data'))
  // replicas may share a folder
  const name = `${hostname().replace(/[^\w.-]/g, '_')}-worker-${worker}`
  const sink = new DataFiles({ folder, name, pid: process.pid, maxBytes, now: () => new Date() })
  const collector = new DataCollector({ worker, samplePercent, bodyBytes, sink, log })
  // a worker may end in other ways than by a drain: an exception that nobody caught, a supervisor that is gone
  process.once('exit', () => collector.closeNow())
  return collector
}
