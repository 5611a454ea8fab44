// What the limits of a container decide, and what is said of one that is reached.

import assert from 'node:assert/strict'
import { availableParallelism } from 'node:os'
import { describe, it } from 'node:test'
import { mounted, noEngine, published, runContainer, scoreAt, startContainer } from '../support/container.ts'
import { repositoryPath } from '../support/start-runtime.ts'

const BEHAVIOURS = mounted(repositoryPath('test/fixtures/behaviours'))
/** More than the limit; where the limit does not hold, the test fails and the machine goes on. */
const TOO_MUCH_MIB = 2048

interface Shown {
  readonly value: unknown
  readonly origin: string
}

async function config(...options: readonly string[]): Promise<Readonly<Record<string, Shown>>> {
  const { stdout } = await runContainer({ options, command: ['scorehost', 'config', '--json'] })
  return JSON.parse(stdout)
}

describe('the limits of a container', { skip: noEngine }, () => {
  it('one CPU is one worker with one thread, and scorehost config says why', {
    skip: availableParallelism() < 2 && 'this machine has one CPU',
  }, async () => {
    const { workerCount, onnxThreads } = await config('--cpus', '1', '--memory', '512m')
    assert.equal(workerCount?.value, 1)
    assert.match(
      String(workerCount?.origin),
      /^default auto: 1 CPUs by cgroup v[12] quota, \/sys\/fs\/cgroup\//,
    )
    assert.equal(onnxThreads?.value, 1)
    assert.match(
      String(onnxThreads?.origin),
      /^default auto: 1 CPUs by cgroup v[12] quota, .* for 1 workers$/,
    )
  })

  it('memory for one worker is one worker, whatever the CPUs', async () => {
    const { workerCount } = await config('--memory', '256m')
    assert.equal(workerCount?.value, 1)
  })

  it('are what is started with: one worker runs', async () => {
    await using container = await startContainer({
      options: ['--cpus', '1', '--memory', '512m', ...BEHAVIOURS],
    })
    assert.match(await container.exec('scorehost', 'status'), /\n0 .* ready .*$/)
    assert.equal(container.log.filter(({ msg }) => /^worker \d+ is ready$/.test(msg)).length, 1)
  })

  it('a worker that takes more memory is killed, the log names it, and the service goes on', async () => {
    const options = ['--memory', '256m', ...published(), ...BEHAVIOURS]
    await using container = await startContainer({ options })
    const url = await container.url()
    const first = container.log.find(({ msg }) => msg === 'worker 0 is ready')
    const lost = await scoreAt(url, { do: 'allocate', atMostMiB: TOO_MUCH_MIB })
    assert.equal(lost['code'], 'ERR_WORKER_LOST')
    const death = await container.waitForLog(line => line['signal'] === 'SIGKILL')
    assert.match(
      death.msg,
      /^worker 0 was killed by SIGKILL; .* Memory is the likely cause: the kernel counted an OOM kill\./,
    )
    assert.match(death.msg, /The memory limit is 256 MiB by cgroup v[12] limit, \/sys\/fs\/cgroup\//)
    await container.waitForLog(line => line.msg === 'worker 0 is ready' && line !== first)
    assert.equal(typeof (await scoreAt(url, { do: 'who' }))['pid'], 'number')
  })

  it('a model too large for the container ends it with 3, and the last line says so', async () => {
    const options = ['--memory', '256m', ...mounted(repositoryPath('test/fixtures/init-allocates'))]
    const { exitCode, stdout, stderr } = await runContainer({ options })
    const last = (stdout + stderr).split('\n').findLast(line => line.startsWith('{'))
    assert.match(
      String(last),
      /ERR_INIT_FAILED: worker 0 was killed by SIGKILL before it was ready\. Memory is the likely/,
    )
    assert.equal(exitCode, 3)
  })
})
