// The ways of starting a container: what is process 1, what signals do, what the exit code is.

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  Container,
  mounted,
  noEngine,
  published,
  runContainer,
  scoreAt,
  startContainer,
} from '../support/container.ts'
import { repositoryPath } from '../support/start-runtime.ts'

const FLOWERS = { data: [[5.1, 3.5, 1.4, 0.2]] }

describe('a container', { skip: noEngine }, () => {
  it('serves the sample as it comes, and says whose it is and how to bring one’s own', async () => {
    await using container = await startContainer({ options: published() })
    const answer = await scoreAt(await container.url(), FLOWERS)
    assert.deepEqual(answer['classes'], ['setosa'])
    const warnings = container.log.filter(({ level }) => level === 'warn').map(({ msg }) => msg)
    assert.equal(warnings.length, 1, warnings.join('\n'))
    assert.match(
      String(warnings[0]),
      /^\/var\/azureml-app is empty, so this is a sample.* mount .* or COPY it there$/,
    )
    assert.equal(await container.stop(), 0)
  })

  const SAGEMAKER = { port: 8080, profile: 'sagemaker (auto: started as serve)' }
  const REFERENCE = { port: 5001, profile: 'azureml (auto: no sign of any other)' }
  const CLEARED = ['--entrypoint', '']
  const WAYS = [
    { way: 'nothing', options: [], command: [], ...REFERENCE },
    { way: 'serve', options: [], command: ['serve'], ...SAGEMAKER },
    {
      way: 'flags alone, which are those of scorehost serve',
      options: [],
      command: ['--workers', '1'],
      ...REFERENCE,
    },
    { way: 'scorehost serve', options: [], command: ['scorehost', 'serve'], ...REFERENCE },
    { way: 'a cleared entrypoint and serve', options: CLEARED, command: ['serve'], ...SAGEMAKER },
    {
      way: 'a cleared entrypoint and scorehost serve',
      options: CLEARED,
      command: ['scorehost', 'serve'],
      ...REFERENCE,
    },
    {
      way: 'the entrypoint serve',
      options: ['--entrypoint', 'serve'],
      command: ['--workers', '1'],
      ...SAGEMAKER,
    },
    { way: 'a shell that becomes it', options: [], command: ['sh', '-c', 'exec serve'], ...SAGEMAKER },
  ]
  for (const { way, options, command, port, profile } of WAYS) {
    it(`started by ${way} has port ${port}, one tini, as process 1, and ends by SIGTERM with 0`, async () => {
      await using container = await startContainer({ options, command, env: { WORKER_COUNT: '1' } })
      assert.equal(container.log.find(({ msg }) => msg.startsWith('listening on'))?.['port'], port)
      const settings = JSON.stringify(container.log.find(({ msg }) => msg === 'settings'))
      assert.ok(settings.includes(`"profile":"${profile}"`), settings)
      const processes = await container.processes()
      assert.equal(processes.get(1), 'tini')
      assert.equal([...processes.values()].filter(name => name === 'tini').length, 1)
      assert.equal(await container.stop(), 0)
      assert.ok(container.log.some(({ msg }) => msg === 'stopped by SIGTERM'))
    })
  }

  it('with an init process of the engine gets no second one', async () => {
    // as below docker run --init: the entrypoint is not process 1
    const command = ['-c', '/opt/scorehost/bin/entrypoint sh -c "cat /proc/[0-9]*/comm"; exit $?']
    const { stdout } = await runContainer({ options: ['--entrypoint', 'sh'], command })
    assert.doesNotMatch(stdout, /tini/)
  })

  it('runs scorehost check, and ends with its exit code', async () => {
    const passed = await runContainer({ command: ['scorehost', 'check'] })
    assert.equal(passed.exitCode, 0, passed.stderr)
    assert.match(passed.stdout, /"classes"/)
    const failed = await runContainer({ command: ['scorehost', 'check', '/opt'] })
    assert.equal(failed.exitCode, 3, failed.stderr)
  })

  it('runs node, also where the entrypoint is cleared', async () => {
    const command = ['node', '-p', '6 * 7']
    assert.equal((await runContainer({ command })).stdout, '42\n')
    assert.equal((await runContainer({ options: ['--entrypoint', ''], command })).stdout, '42\n')
  })

  it('reaps what a score module leaves behind', async () => {
    const options = mounted(repositoryPath('test/fixtures/orphans'))
    await using container = await startContainer({ options, env: { WORKER_COUNT: '1' } })
    const { pid } = await container.scoreInside({ do: 'orphan' })
    // it ends after 0.2 s
    await container.sh(`for n in $(seq 100); do [ -e /proc/${pid} ] || exit 0; sleep 0.1; done; exit 1`)
  })

  it('ends at once by a second signal, with 143', async () => {
    const env = { SCOREHOST_DRAIN_DELAY_MS: '60000' }
    await using container = await startContainer({ env })
    await container.sh('kill -TERM 1')
    await container.waitForLog(({ msg }) => msg === 'SIGTERM: stopping')
    await container.sh('kill -TERM 1')
    assert.equal(await container.end, 143)
  })

  it('is healthy while it is ready, whatever its port', async () => {
    for (const { command, env } of [
      { command: ['serve', '--port', '8123'], env: {} },
      { command: [], env: { SCOREHOST_PORT: '8124' } },
      { command: ['serve'], env: { SAGEMAKER_BIND_TO_PORT: '8125' } },
      { command: [], env: { PORT: '8126' } },
      { command: [], env: { AIP_HTTP_PORT: '8127' } },
    ]) {
      await using container = await startContainer({ command, env: { WORKER_COUNT: '1', ...env } })
      await container.exec('/opt/scorehost/bin/healthcheck')
      const socket = await container.sh('ls /tmp')
      assert.match(socket, /^scorehost-812[3-7]\.sock$/m)
    }
  })

  it('is healthy without a port, as long as it is ready', async () => {
    const options = mounted(repositoryPath('test/fixtures/slow-init'))
    const env = { START_WHEN: '/tmp/start', SCOREHOST_PORT: 'none', SCOREHOST_PROFILE: 'eas' }
    await using container = new Container({ options, env })
    await container.waitForLog(({ msg }) => msg.startsWith('no public port'))
    await assert.rejects(container.exec('/opt/scorehost/bin/healthcheck'))
    await container.exec('touch', '/tmp/start')
    await container.ready()
    await container.exec('/opt/scorehost/bin/healthcheck')
    assert.match(await container.exec('scorehost', 'status'), /^ready without a public port/)
    assert.doesNotMatch(
      await container.sh('cat /proc/net/tcp /proc/net/tcp6'),
      /: [0-9A-F]+:[0-9A-F]{4} \S+ 0A /,
    )
    assert.equal(await container.stop(), 0)
  })

  it('is not healthy before it is ready', async () => {
    const options = mounted(repositoryPath('test/fixtures/slow-init'))
    await using container = new Container({ options, env: { START_WHEN: '/tmp/start' } })
    await container.waitForLog(({ msg }) => msg.startsWith('listening on'))
    await assert.rejects(container.exec('/opt/scorehost/bin/healthcheck'))
    await container.exec('touch', '/tmp/start')
    await container.ready()
    await container.exec('/opt/scorehost/bin/healthcheck')
  })
})
