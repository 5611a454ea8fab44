// What goes wrong in a container under load, as it comes, and what that costs: no more than in a process of this machine.

import assert from 'node:assert/strict'
import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import {
  type Container,
  engineText,
  mounted,
  noEngine,
  published,
  scoreAt,
  startContainer,
} from '../support/container.ts'
import { hangUp } from '../support/hang-up.ts'
import { startLoad, tally } from '../support/load.ts'
import { repositoryPath } from '../support/start-runtime.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { untilWhole } from '../support/until-whole.ts'

const CLIENTS = 16
const SLEEP = JSON.stringify({ do: 'sleep', ms: 20 })

/** Two workers in a container of the behaviours module, or of another folder. */
async function start(env: Readonly<Record<string, string>> = {}, folder?: string) {
  const options = [...published(), ...mounted(folder ?? repositoryPath('test/fixtures/behaviours'))]
  const container = await startContainer({ options, env: { WORKER_COUNT: '2', ...env } })
  return { container, url: await container.url() }
}

async function supervisorPid(container: Container): Promise<number> {
  return JSON.parse(await container.exec('scorehost', 'status', '--json')).pid
}

describe('in a container under load', { skip: noEngine }, () => {
  it('a killed worker costs the requests that it was running and no others, and is replaced', async () => {
    const { container, url } = await start()
    await using _ = container
    using load = startLoad(url, CLIENTS, JSON.stringify({ do: 'sleep', ms: 50 }))
    await load.answered(200)
    await container.sh(`kill -9 ${(await scoreAt(url, { do: 'who' }))['pid']}`)
    await container.waitForLog(line => /^worker \d was killed by SIGKILL/.test(line.msg))
    await untilWhole(url, 2)
    await load.answered(200)
    const { '200': served = 0, '502 ERR_WORKER_LOST': lost = 0, ...others } = tally(await load.stop())
    assert.deepEqual(others, {}, `${served} served, ${lost} lost`)
    assert.ok(lost >= 1 && lost <= CLIENTS, `${served} served, ${lost} lost`)
  })

  it('an endless loop costs what is in its worker with it 504, and the worker is replaced', async () => {
    const { container, url } = await start({ SCORING_TIMEOUT_MS: '1000' })
    await using _ = container
    using load = startLoad(url, CLIENTS, SLEEP)
    await load.answered(200)
    assert.equal((await scoreAt(url, { do: 'loop' }))['code'], 'ERR_SCORING_TIMEOUT')
    await container.waitForLog(line => line['reason'] === 'wedged')
    await untilWhole(url, 2)
    await load.answered(200)
    const { '200': served = 0, '504 ERR_SCORING_TIMEOUT': timedOut = 0, ...others } = tally(await load.stop())
    assert.deepEqual(others, {}, `${served} served, ${timedOut} timed out`)
    assert.ok(timedOut >= 1 && timedOut <= CLIENTS, `${served} served, ${timedOut} timed out`)
  })

  it('what does not fit is refused with 503, and what was admitted is answered', async () => {
    const { container, url } = await start({ SCOREHOST_CONCURRENCY: '2', SCOREHOST_QUEUE_SIZE: '8' })
    await using _ = container
    using load = startLoad(url, 64, SLEEP)
    await load.answered(3000)
    const counts = tally(await load.stop())
    assert.deepEqual(Object.keys(counts).toSorted(), ['200', '503 ERR_QUEUE_FULL'], JSON.stringify(counts))
  })

  it('clients that hang up cost nobody else an answer, and no worker', async () => {
    const { container, url } = await start()
    await using _ = container
    using load = startLoad(url, CLIENTS, SLEEP)
    await load.answered(100)
    for (let round = 0; round < 10; round++) await hangUp(Number(new URL(url).port), 100)
    await load.answered(100)
    assert.deepEqual(Object.keys(tally(await load.stop())), ['200'])
    assert.equal(container.log.filter(({ msg }) => /^worker \d is ready$/.test(msg)).length, 2)
  })

  it('a reload takes over without one request that fails, and one that fails does not take over', async t => {
    const folder = temporaryFolder(t)
    chmodSync(folder, 0o755)
    const write = (source: string) => writeFileSync(join(folder, 'score.mjs'), source)
    write('export const run = () => ({ version: 1 })')
    const { container, url } = await start({}, folder)
    await using _ = container
    using load = startLoad(url, CLIENTS, '{}')
    await load.answered(100)
    write('export const run = () => ({ version: 2 })')
    assert.match(await container.exec('scorehost', 'reload'), /reloaded: generation 1 serves$/)
    assert.equal((await scoreAt(url, {}))['version'], 2)
    write('export const run = (')
    await assert.rejects(
      container.exec('scorehost', 'reload'),
      /exited with 3: .*reload failed: .*SyntaxError/,
    )
    assert.equal((await scoreAt(url, {}))['version'], 2)
    await load.answered(100)
    assert.deepEqual(Object.keys(tally(await load.stop())), ['200'])
  })

  it('SIGTERM loses no request of those that come until the load balancer has seen it', async () => {
    const { container, url } = await start({ SCOREHOST_DRAIN_DELAY_MS: '5000' })
    await using _ = container
    using load = startLoad(url, CLIENTS, SLEEP)
    await load.answered(200)
    await engineText('kill', '--signal', 'TERM', container.name)
    await container.waitForLog(line => line.msg.startsWith('draining'))
    await load.answered(100)
    assert.deepEqual(tally(await load.stop()), { '200': load.sent })
    assert.equal(await container.end, 0)
  })

  it('a killed supervisor ends the container, though a worker loops', async () => {
    const { container, url } = await start()
    await using _ = container
    const looping = assert.rejects(scoreAt(url, { do: 'loop' }))
    await container.sh(`kill -9 ${await supervisorPid(container)}`)
    assert.equal(await container.end, 137)
    await looping
  })
})
