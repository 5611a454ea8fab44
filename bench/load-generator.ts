// The load generator, a process of its own: wrk where it is installed, else autocannon.

import { execFile, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { repositoryPath } from '../test/support/start-runtime.ts'
import { type LoadReport, readAutocannon, readWrk } from './load-report.ts'

export interface Load {
  /** Is posted to, the same request over and over, on connections that are kept. */
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array
  readonly connections: number
  /** A whole number. */
  readonly seconds: number
}

export interface LoadGenerator {
  readonly name: 'wrk' | 'autocannon'
  /** @throws Error where the generator fails; what fails of the requests is in the report */
  run(load: Load): Promise<LoadReport>
}

const WRK_SCRIPT = repositoryPath('bench/post.lua')
const AUTOCANNON_PROGRAM = fileURLToPath(new URL('./post-autocannon.js', import.meta.url))
/** As autocannon's: wrk's own 2 s are soon over for a large body on a busy machine. */
const TIMEOUT_SECONDS = 10
const run = promisify(execFile)

/** wrk takes 8 µs of CPU for a request and autocannon 13, which on a small machine is taken from the contestants. */
export function findLoadGenerator(): LoadGenerator {
  return spawnSync('wrk', ['--version']).error === undefined ? WRK : AUTOCANNON
}

const WRK: LoadGenerator = {
  name: 'wrk',
  async run(load) {
    const { url, connections, seconds } = load
    const pace = ['--threads', '1', '--connections', `${connections}`, '--duration', `${seconds}s`]
    const words = ['--latency', '--timeout', `${TIMEOUT_SECONDS}s`, ...pace, '--script', WRK_SCRIPT, url]
    return readWrk(await runWith(load, 'wrk', words))
  },
}

const AUTOCANNON: LoadGenerator = {
  name: 'autocannon',
  async run(load) {
    const words = [AUTOCANNON_PROGRAM, load.url, `${load.connections}`, `${load.seconds}`]
    return readAutocannon(await runWith(load, process.execPath, words))
  },
}

/** Runs a generator that finds headers and body by its environment, and gives what it prints. */
async function runWith({ headers, body }: Load, command: string, words: readonly string[]): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'scorehost-bench-'))
  try {
    const bodyFile = join(folder, 'body')
    writeFileSync(bodyFile, body)
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
    const env = { ...process.env, BENCH_BODY_FILE: bodyFile, BENCH_HEADERS: lines.join('\n') }
    return (await run(command, words, { env })).stdout
  } finally {
    rmSync(folder, { recursive: true })
  }
}
