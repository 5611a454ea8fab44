// Ports on platforms that have some of their own: what is refused, what is passed over, and that a sidecar is left in peace.

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { freePort, holdDefaultPorts, listenOn } from '../support/listener.ts'
import { listeningPorts, processTree } from '../support/open-ports.ts'
import { type Runtime, repositoryPath, runCli, startReady } from '../support/start-runtime.ts'

const MODULE = repositoryPath('test/fixtures/behaviours')
const DRAIN = { SCOREHOST_DRAIN_DELAY_MS: '0' }

/** What the service has open, but for its front. */
function workerPorts({ process: { pid }, port }: Runtime): readonly number[] {
  return listeningPorts(processTree(Number(pid))).filter(open => open !== port)
}

async function refused(env: Readonly<Record<string, string>>): Promise<string> {
  const { exitCode, stdout, stderr } = await runCli(['serve', '--app-root', MODULE], env)
  assert.equal(exitCode, 2, stderr)
  assert.equal(stdout, '')
  assert.equal(stderr.split('\n').length, 1, stderr)
  return stderr
}

describe('beside a sidecar that has 8080 and 9090', () => {
  it('an EAS service starts, serves and reloads, and neither takes nor disturbs them', async t => {
    await using _ = await holdDefaultPorts()
    await using gateway = await listenOn(8080, '0.0.0.0')
    await using metrics = await listenOn(9090)
    if (gateway === null || metrics === null) {
      t.skip('8080 or 9090 is taken on this machine')
      return
    }
    await using runtime = await startReady({
      module: 'behaviours',
      // as a container has it: nothing says where the workers are
      env: { ...DRAIN, SCOREHOST_PROFILE: 'eas', SCOREHOST_WORKER_PORT: '', WORKER_COUNT: '2' },
    })
    const pid = Number(runtime.process.pid)
    assert.equal((await runtime.score({ do: 'echo', value: 1 })).status, 200)
    assert.deepEqual(listeningPorts(processTree(pid)), [runtime.port])

    const reloaded = runtime.waitForLog(({ msg }) => msg.startsWith('reloaded'))
    runtime.process.kill('SIGHUP')
    await reloaded
    assert.equal((await runtime.score({ do: 'echo', value: 1 })).status, 200)
    assert.deepEqual(listeningPorts(processTree(pid)), [runtime.port])
    for (const sidecar of [gateway, metrics]) {
      await sidecar.knock()
      assert.equal(sidecar.strangers(), 0)
    }
  })
})

describe('a port that is the platform’s ends the program with 2 and one line', () => {
  const CASES: readonly [Readonly<Record<string, string>>, RegExp][] = [
    [
      { SCOREHOST_PROFILE: 'eas', SCOREHOST_PORT: '8080' },
      /port 8080 \(environment SCOREHOST_PORT\) cannot be opened on platform eas, which forbids 8080, 9090$/,
    ],
    [{ MODEL_DEPLOYMENT_OCID: 'ocid1', SCOREHOST_PORT: '80' }, /port 80 .* platform oci, .* below 1024/],
    [{ MODEL_DEPLOYMENT_OCID: 'ocid1', PORT: '8446' }, /port 8446 \(environment PORT\) .* platform oci/],
    [{ K_SERVICE: 'iris', PORT: '8022' }, /port 8022 \(environment PORT\) .* platform kserve/],
    [
      {
        SCOREHOST_PROFILE: 'sagemaker',
        SAGEMAKER_SAFE_PORT_RANGE: '9000-9010',
        SCOREHOST_HEALTH_PORT: '9100',
      },
      /healthPort: port 9100 \(environment SCOREHOST_HEALTH_PORT\) is not in SAGEMAKER_SAFE_PORT_RANGE, 9000-9010$/,
    ],
    [
      { SAGEMAKER_SAFE_PORT_RANGE: '9000-9010', SCOREHOST_WORKER_PORT: '9010', WORKER_COUNT: '2' },
      /workerPort: port 9011 .* is not in SAGEMAKER_SAFE_PORT_RANGE, 9000-9010$/,
    ],
  ]
  for (const [env, line] of CASES)
    it(JSON.stringify(env), async () => {
      assert.match(await refused(env), line)
    })
})

describe('workers on ports', () => {
  it('stay in SAGEMAKER_SAFE_PORT_RANGE, also where the first is taken', async () => {
    await using taken = await listenOn(0)
    const first = taken?.port ?? 0
    const range = `${first}-${first + 10}`
    await using runtime = await startReady({
      module: 'behaviours',
      env: {
        ...DRAIN,
        SCOREHOST_PROFILE: 'sagemaker',
        SCOREHOST_WORKER_ADDRESS: 'tcp',
        SAGEMAKER_SAFE_PORT_RANGE: range,
        SCOREHOST_WORKER_PORT: `${first}`,
        WORKER_COUNT: '2',
      },
    })
    const ports = workerPorts(runtime)
    assert.equal(ports.length, 2, `${ports}`)
    assert.ok(
      ports.every(port => port > first && port <= first + 10),
      `${ports} are not in ${range}`,
    )
    assert.equal((await runtime.score({ do: 'echo', value: 1 })).status, 200)
  })

  it('end the program with 2 where the range has no free port', async () => {
    await using taken = await listenOn(0)
    const only = `${taken?.port}`
    const words = ['serve', '--app-root', MODULE, '--port', '0']
    const { exitCode, stderr } = await runCli(words, {
      SAGEMAKER_SAFE_PORT_RANGE: `${only}-${only}`,
      SCOREHOST_WORKER_PORT: only,
      WORKER_COUNT: '1',
    })
    assert.equal(exitCode, 2, stderr)
    assert.match(stderr.split('\n').at(-1) ?? '', new RegExp(`no port from ${only} on may be opened here`))
  })

  it('pass over those that are the platform’s', async t => {
    // 8446 and 8447 are OCI's
    await using taken = await listenOn(8445)
    await using next = await listenOn(8448)
    if (taken === null || next === null) {
      t.skip('8445 or 8448 is taken on this machine')
      return
    }
    await next[Symbol.asyncDispose]()
    await using runtime = await startReady({
      module: 'behaviours',
      env: { ...DRAIN, SCOREHOST_PROFILE: 'oci', SCOREHOST_WORKER_PORT: '8445', WORKER_COUNT: '1' },
    })
    assert.deepEqual(workerPorts(runtime), [8448])
    assert.equal((await runtime.score({ do: 'echo', value: 1 })).status, 200)
  })
})

it('a public port that is taken is named, and by whom', async () => {
  await using taken = await listenOn(0, '0.0.0.0')
  const words = ['serve', '--app-root', MODULE, '--log-level', 'error']
  const { exitCode, stderr } = await runCli(words, { AIP_HTTP_PORT: `${taken?.port}` })
  assert.equal(exitCode, 2)
  assert.match(stderr, new RegExp(`0\\.0\\.0\\.0:${taken?.port} is taken`))
})

it('a health port that is taken is named by its own setting', async () => {
  await using taken = await listenOn(0, '0.0.0.0')
  const env = { SCOREHOST_HEALTH_PORT: `${taken?.port}`, SCOREHOST_PORT: `${await freePort()}` }
  const { exitCode, stderr } = await runCli(['serve', '--app-root', MODULE, '--log-level', 'error'], env)
  assert.equal(exitCode, 2)
  assert.equal(
    stderr,
    `scorehost: ERR_ADDRESS_IN_USE: 0.0.0.0:${taken?.port} is taken by another process (SCOREHOST_HEALTH_PORT).`,
  )
})
