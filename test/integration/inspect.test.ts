// Debugging a score module: Node's inspector in the worker, and nothing that ends what stands at a breakpoint.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { DebuggerClient, debugTargets, HAS_WEB_SOCKET } from '../support/debugger-client.ts'
import { scoreFolder } from '../support/score-folder.ts'
import { PATIENCE_MS, runCli, startReady } from '../support/start-runtime.ts'

const NEEDS_WEB_SOCKET = HAS_WEB_SOCKET ? {} : { skip: 'this Node has no WebSocket to attach with' }

const SCORE = `export async function run(input: { readonly value: number }) {
  const doubled = input.value * 2
  return { doubled, pid: process.pid }
}
`

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo // true: it listens on TCP
  await new Promise(resolve => server.close(resolve))
  return port
}

/** The target's URL once there is another one than this. */
async function otherTarget(port: number, before: string): Promise<string> {
  for (const deadline = performance.now() + PATIENCE_MS; ; await sleep(50)) {
    const targets = await debugTargets(port).catch(() => [])
    const url = targets[0]?.webSocketDebuggerUrl
    if (url !== undefined && url !== before) return url
    if (performance.now() > deadline) throw new Error('no other worker has opened the inspector')
  }
}

describe('--inspect', () => {
  it('lets a run() stand at a breakpoint for longer than SCORING_TIMEOUT_MS', NEEDS_WEB_SOCKET, async t => {
    const port = await freePort()
    await using runtime = await startReady({
      module: scoreFolder(t, { 'score.ts': SCORE }),
      flags: [`--inspect=${port}`],
      env: { SCORING_TIMEOUT_MS: '300', SCOREHOST_QUEUE_TIMEOUT_MS: '300', WORKER_COUNT: '2' },
    })
    const client = await DebuggerClient.attach(port)
    const breakpoint = { lineNumber: 1, urlRegex: String.raw`.*/score\.ts` }
    const { locations } = await client.send('Debugger.setBreakpointByUrl', breakpoint)
    assert.match(JSON.stringify(locations), /^\[\{.*"lineNumber":1,/)
    const paused = client.next('Debugger.paused')
    const answer = runtime.score({ value: 21 })
    await paused
    // past the scoring timeout, the front's second beyond it and the five of a silent worker
    await sleep(7000)
    const [worker, ...others] = (await runtime.status()).workers
    assert.deepEqual(others, [])
    assert.equal(worker?.state, 'ready')
    await client.send('Debugger.resume')
    client.close()
    const { status, json } = await answer
    assert.equal(status, 200)
    assert.deepEqual(json, { doubled: 42, pid: worker?.pid })
  })

  it('is open before the score module is loaded', async t => {
    const port = await freePort()
    const module = `const found = await fetch('http://127.0.0.1:${port}/json/list')
      const targets = await found.json()
      export const run = () => targets.length`
    await using runtime = await startReady({
      module: scoreFolder(t, { 'score.mjs': module }),
      env: { AZUREML_DEBUG_PORT: String(port) },
    })
    assert.deepEqual((await runtime.score({})).json, 1)
  })

  it('goes over to the new worker at a reload', async t => {
    const port = await freePort()
    const folder = scoreFolder(t, { 'score.ts': SCORE })
    await using runtime = await startReady({ module: folder, flags: [`--inspect=${port}`, '--watch'] })
    const before = (await debugTargets(port))[0]?.webSocketDebuggerUrl ?? ''
    const client = HAS_WEB_SOCKET ? await DebuggerClient.attach(port) : null
    await runtime.waitForLog(line => line.msg.startsWith('watching'))
    writeFileSync(join(folder, 'score.ts'), SCORE.replace('* 2', '* 3'))
    await runtime.waitForLog(line => line.msg.startsWith('reloaded'))
    await otherTarget(port, before)
    await client?.gone
    assert.equal((await runtime.score({ value: 7 })).json['doubled'], 21)
    if (!HAS_WEB_SOCKET) return
    const next = await DebuggerClient.attach(port)
    const { result } = await next.send('Runtime.evaluate', { expression: 'String(process.pid)' })
    const { pid } = (await runtime.score({ value: 1 })).json
    assert.deepEqual(result, { type: 'string', value: String(pid) })
    next.close()
  })

  it('goes over to the worker that takes the place of a dead one', async t => {
    const port = await freePort()
    await using runtime = await startReady({
      module: scoreFolder(t, { 'score.ts': SCORE }),
      flags: [`--inspect=${port}`],
    })
    const before = (await debugTargets(port))[0]?.webSocketDebuggerUrl ?? ''
    process.kill(Number((await runtime.score({ value: 1 })).json['pid']), 'SIGKILL')
    await otherTarget(port, before)
  })

  it('warns of an inspector that others can reach', async t => {
    const port = await freePort()
    await using runtime = await startReady({
      module: scoreFolder(t, { 'score.ts': SCORE }),
      env: { AZUREML_DEBUG_PORT: String(port), SCOREHOST_INSPECT_HOST: '0.0.0.0' },
    })
    const warning = runtime.log.find(line => line.level === 'warn')
    assert.match(warning?.msg ?? '', /the inspector listens on 0\.0\.0\.0: whoever reaches it can run code/)
    assert.equal((await debugTargets(port)).length, 1)
  })

  it('serves without it while its port is taken by another program', async t => {
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    const { port } = other.address() as AddressInfo // true: it listens on TCP
    await using runtime = await startReady({
      module: scoreFolder(t, { 'score.ts': SCORE }),
      flags: [`--inspect=${port}`],
    })
    await runtime.waitForLog(line => line.msg.startsWith(`the inspector opens when port ${port} is free`))
    assert.equal((await runtime.score({ value: 1 })).status, 200)
    other.close()
    await otherTarget(port, '')
  })

  it('makes scorehost check wait for a debugger', NEEDS_WEB_SOCKET, async t => {
    const port = await freePort()
    const folder = scoreFolder(t, { 'score.ts': `${SCORE}export const inputSample = { value: 4 }\n` })
    const checked = runCli(['check', folder, `--inspect=${port}`])
    await otherTarget(port, '')
    const client = await DebuggerClient.attach(port)
    await client.send('Debugger.setBreakpointByUrl', { lineNumber: 1, urlRegex: String.raw`.*/score\.ts` })
    const paused = client.next('Debugger.paused')
    await client.send('Runtime.runIfWaitingForDebugger')
    await paused
    await client.send('Debugger.resume')
    client.close()
    const { exitCode, stdout } = await checked
    assert.equal(JSON.parse(stdout).doubled, 8)
    assert.equal(exitCode, 0)
  })
})
