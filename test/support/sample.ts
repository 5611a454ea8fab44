// A sample, served as its README says and sent what its README shows.

import assert from 'node:assert/strict'
import { after, before } from 'node:test'
import { answeredCommands, comparable, consoleCommands, runLine } from './readme-commands.ts'
import { type Runtime, repositoryPath, startReady } from './start-runtime.ts'

/** Serves a sample for the tests of a describe block. */
export function serveSample(sample: string): { readonly runtime: Runtime } {
  const served: { runtime?: Runtime } = {}
  before(async () => {
    served.runtime = await startReady({
      module: repositoryPath(`samples/${sample}`),
      env: { WORKER_COUNT: '1' },
    })
  })
  after(async () => {
    await served.runtime?.[Symbol.asyncDispose]()
  })
  return served as { readonly runtime: Runtime } // true: no test runs before `before` is done
}

/** Sends each request of a sample's README and compares what comes back. */
export async function answersItsReadme(sample: string, runtime: Runtime): Promise<void> {
  const readme = `samples/${sample}/README.md`
  const commands = [...answeredCommands(readme), ...consoleCommands(readme)]
  assert.ok(commands.length > 0)
  for (const { command, answer } of commands) {
    const given = await runLine(withPort(command, runtime.port), repositoryPath(`samples/${sample}`))
    assert.deepEqual(JSON.parse(comparable(given)), JSON.parse(comparable(answer)), command)
  }
}

/** A line of a README for the service of a test. */
export function withPort(line: string, port: number): string {
  return line.replace('localhost:5001', `localhost:${port}`)
}
