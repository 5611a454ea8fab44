// As post.lua, where there is no wrk. A program of its own, for autocannon's command line reads every body as text.

import { readFileSync } from 'node:fs'
import autocannon from 'autocannon'

const [url = '', connections, duration] = process.argv.slice(2)
const { BENCH_BODY_FILE: bodyFile = '', BENCH_HEADERS: headerLines = '' } = process.env

const result = await autocannon({
  url,
  connections: Number(connections),
  duration: Number(duration),
  method: 'POST',
  headers: Object.fromEntries(
    headerLines.split('\n').map(line => line.split(': ') as [string, string]), // true: so the benchmark writes them
  ),
  body: readFileSync(bodyFile),
})
process.stdout.write(JSON.stringify(result))
