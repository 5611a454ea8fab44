// The sample and the README, as a newcomer meets them: on the ports that are the default.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, describe, it } from 'node:test'
import { holdDefaultPorts } from '../support/listener.ts'
import { comparable, consoleCommands, runLine } from '../support/readme-commands.ts'
import { type Runtime, repositoryPath, startReady } from '../support/start-runtime.ts'

interface Prediction {
  readonly classes: readonly string[]
  readonly probabilities: readonly (readonly number[])[]
}

describe('the iris sample', () => {
  let ports: AsyncDisposable
  let runtime: Runtime
  before(async () => {
    ports = await holdDefaultPorts()
    runtime = await startReady({
      module: repositoryPath('samples/iris'),
      env: { WORKER_COUNT: '2', SCOREHOST_WORKER_PORT: '' },
      flags: ['--port', '5001'],
    })
  })
  after(async () => {
    await runtime[Symbol.asyncDispose]()
    await ports[Symbol.asyncDispose]()
  })

  it('serves on 5001, with its first worker on 9090', async () => {
    assert.equal(runtime.port, 5001)
    const ports = runtime.log.filter(line => /^worker \d is ready$/.test(line.msg)).map(line => line['port'])
    assert.deepEqual(ports.toSorted(), [9090, 9091])
    for (const path of ['/', '/swagger.json', '/score?data=[[5.1,3.5,1.4,0.2]]']) {
      assert.equal((await fetch(`http://127.0.0.1:9090${path}`)).status, 200, path)
    }
  })

  it('answers the curl line that is printed when it is ready', async () => {
    const [, line = ''] = /try: (curl .*)$/.exec(runtime.stdout[0] ?? '') ?? []
    const { classes, probabilities } = JSON.parse(await runLine(line)) as Prediction // true: what samples/iris/score.ts returns
    assert.deepEqual(classes, ['setosa', 'virginica'])
    for (const row of probabilities) assert.ok(Math.abs(row.reduce((sum, p) => sum + p, 0) - 1) < 1e-5)
  })

  it('classifies the flowers it was not trained on', async () => {
    const rows = readFileSync(repositoryPath('samples/iris/iris.csv'), 'utf8').trim().split('\n').slice(1)
    const heldOut = rows.filter((_, index) => index % 5 === 4).map(row => row.split(','))
    const answer = await runtime.score({ data: heldOut.map(cells => cells.slice(0, 4).map(Number)) })
    const classes = answer.json['classes'] as readonly string[] // true: what samples/iris/score.ts returns
    const right = heldOut.filter((cells, index) => cells[4] === classes[index]).length
    assert.ok(right >= 28, `${right} of ${heldOut.length} are right`)
  })

  it('answers every command of the README as the README says', async () => {
    const commands = consoleCommands('README.md')
    assert.ok(commands.length >= 4, `${commands.length} commands in the README`)
    for (const { command, answer } of commands) {
      assert.equal(comparable(await runLine(command)), comparable(answer), command)
    }
  })

  it('answers its own request', async () => {
    const line =
      /^curl [\s\S]*?$/m.exec(readFileSync(repositoryPath('samples/iris/README.md'), 'utf8'))?.[0] ?? ''
    const answer = await runLine(line, repositoryPath('samples/iris'))
    assert.deepEqual((JSON.parse(answer) as Prediction).classes, ['setosa', 'versicolor', 'virginica']) // true: as above
  })
})
