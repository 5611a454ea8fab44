// The load generator, a process of its own: wrk where it is installed, else autocannon.

import { execFile, spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { promisify } from 'node:util'
import { repositoryPath } from '../test/support/start-runtime.ts'
import { type LoadReport, readAutocannon, readWrk } from './load-report.ts'

export interface Load {
  /** Is posted to, the same body over and over, on connections that are kept. */
  readonly url: string
  readonly body: string
  readonly connections: number
  /** A whole number. */
  readonly seconds: number
}

export interface LoadGenerator {
  readonly name: 'wrk' | 'autocannon'
  /** @throws Error where the generator fails; what fails of the requests is in the report */
  run(load: Load): Promise<LoadReport>
}

const POST_SCRIPT = repositoryPath('bench/post.lua')
const run = promisify(execFile)

/** wrk takes 8 µs of CPU for a request and autocannon 13, which on a small machine is taken from the contestants. */
export function findLoadGenerator(): LoadGenerator {
  return spawnSync('wrk', ['--version']).error === undefined ? WRK : AUTOCANNON
}

const WRK: LoadGenerator = {
  name: 'wrk',
  async run({ url, body, connections, seconds }) {
    const words = ['--threads', '1', '--connections', `${connections}`, '--duration', `${seconds}s`]
    const env = { ...process.env, BENCH_BODY: body }
    return readWrk((await run('wrk', [...words, '--script', POST_SCRIPT, url], { env })).stdout)
  },
}

const AUTOCANNON: LoadGenerator = {
  name: 'autocannon',
  async run({ url, body, connections, seconds }) {
    const words = ['--json', '--no-progress', '--connections', `${connections}`, '--duration', `${seconds}`]
    const post = ['--method', 'POST', '--headers', 'content-type=application/json', '--body', body]
    const program = createRequire(import.meta.url).resolve('autocannon')
    return readAutocannon((await run(process.execPath, [program, ...words, ...post, url])).stdout)
  },
}
