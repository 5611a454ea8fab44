// The dashboard: a page that shows the service at work. Its files are in dashboard/, and served as they are.

import { readFileSync } from 'node:fs'
import { ScorehostError } from '../runtime/errors.ts'
import { pageHeaders } from '../runtime/page-headers.ts'
import type { Settings } from '../runtime/settings.ts'
import { dashboardData, STEP_MS, STEPS, underWay } from './dashboard-data.ts'
import { type OwnAnswer, ownError } from './front/own-answer.ts'
import { wrongMethod } from './health.ts'
import { isLocal } from './local-client.ts'
import type { Measured } from './measurement-desk.ts'
import type { AnswerOwn, OwnPages } from './own-paths.ts'
import type { ServiceStatus } from './status.ts'
import { Traffic, trafficTotals } from './traffic.ts'

/** The service as its dashboard sees it. */
export interface Watched {
  status(): Promise<ServiceStatus>
  measure(): Promise<Measured>
  /** Errors that the front answered itself, by code. */
  frontAnswers(): Readonly<Record<string, number>>
  /** Workers that were started again, by how they had ended. */
  restarts(): Readonly<Record<string, number>>
}

const ROOT = '/dashboard'
const DATA = `${ROOT}/data`
const SAMPLE = `${ROOT}/sample`
const FOLDER = new URL('../../supervisor/dashboard/', import.meta.url)
const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
}
/** By path. */
const FILES: Readonly<Record<string, string>> = {
  [`${ROOT}/`]: 'index.html',
  ...Object.fromEntries(
    [
      'batches.js',
      'dashboard.js',
      'element.js',
      'figures.js',
      'icon.svg',
      'live-table.js',
      'models.js',
      'page.css',
      'plot.js',
      'plots.css',
      'poll.js',
      'scale.js',
      'tables.css',
      'tables.js',
      'trial.css',
      'trial.js',
    ].map(file => [`${ROOT}/${file}`, file]),
  ),
}

/** It has its styles and scripts in files. */
const HEADERS = { ...pageHeaders(), 'cache-control': 'no-cache' }
const JSON_HEADERS = { ...HEADERS, 'content-type': 'application/json', 'cache-control': 'no-store' }

const NOTHING: Measured = { statistics: {}, routes: [], process: [] }

export class Dashboard implements OwnPages {
  readonly paths = [ROOT, DATA, SAMPLE, ...Object.keys(FILES)]
  readonly #settings: Settings
  readonly #version: string
  readonly #watched: Watched
  readonly #traffic = new Traffic(STEPS)
  readonly #files = new Map<string, OwnAnswer>()
  #measured = NOTHING
  #sampleJson: string | null = null
  #timer: NodeJS.Timeout | null = null
  #stepping = false

  constructor(settings: Settings, version: string, watched: Watched) {
    this.#settings = settings
    this.#version = version
    this.#watched = watched
  }

  start(): void {
    this.#timer = setInterval(() => void this.#step(), STEP_MS)
    this.#timer.unref()
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer)
  }

  /** @param sampleJson An input that works; null where the score module names none. */
  knows(sampleJson: string | null): void {
    this.#sampleJson = sampleJson
  }

  readonly answer: AnswerOwn = request => {
    const { path, method, requestId } = request
    if (!this.paths.includes(path)) return null
    if (this.#settings.dashboard === 'local' && !isLocal(request)) {
      const error = new ScorehostError('ERR_NOT_FOUND', `There is no path ${path} here.`)
      return ownError(path, error, requestId)
    }
    if (method !== 'GET' && method !== 'HEAD') return wrongMethod(path, method, requestId)
    if (path === DATA) return this.#data()
    if (path === SAMPLE) return { status: 200, headers: JSON_HEADERS, body: this.#sampleJson ?? '{}' }
    // relative: only a gateway knows what stands before it
    if (path === ROOT) return { status: 302, headers: { ...HEADERS, location: 'dashboard/' }, body: '' }
    return this.#file(path)
  }

  #file(path: string): OwnAnswer {
    const known = this.#files.get(path)
    if (known !== undefined) return known
    const file = FILES[path] ?? 'index.html'
    const type = TYPES[file.slice(file.lastIndexOf('.') + 1)] ?? 'text/plain'
    const body = readFileSync(new URL(file, FOLDER), 'utf8')
    const answer = { status: 200, headers: { ...HEADERS, 'content-type': type }, body }
    this.#files.set(path, answer)
    return answer
  }

  async #data(): Promise<OwnAnswer> {
    const data = dashboardData({
      settings: this.#settings,
      version: this.#version,
      status: await this.#watched.status(),
      measured: this.#measured,
      frontAnswers: this.#watched.frontAnswers(),
      restarts: this.#watched.restarts(),
      traffic: this.#traffic,
    })
    return { status: 200, headers: JSON_HEADERS, body: JSON.stringify(data) }
  }

  /** However many pages are open, the workers are asked once. */
  async #step(): Promise<void> {
    if (this.#stepping) return
    this.#stepping = true
    const [measured, status] = await Promise.all([this.#watched.measure(), this.#watched.status()])
    this.#stepping = false
    this.#measured = measured
    const totals = trafficTotals(measured.routes, this.#watched.frontAnswers())
    this.#traffic.add(totals, { atMs: status.uptimeMs, ...underWay(status) })
  }
}
