// A baseline twice, on one port: node:cluster gives each new connection to the next of them. The program is the first argument.

import cluster from 'node:cluster'
import { once } from 'node:events'

const PROCESSES = 2

const [program = '', ...words] = process.argv.slice(2)
cluster.setupPrimary({ exec: program, args: words })
const workers = Array.from({ length: PROCESSES }, () => cluster.fork())
const ends = Promise.all(workers.map(worker => once(worker, 'exit')))
// half of it measures nothing
cluster.once('exit', () => process.exit(1))
process.once('disconnect', async () => {
  cluster.removeAllListeners('exit')
  for (const worker of workers) worker.process.disconnect()
  await ends
  process.exit(0)
})
const told = await Promise.all(workers.map(worker => once(worker, 'message')))
process.send?.(told[0]?.[0])
