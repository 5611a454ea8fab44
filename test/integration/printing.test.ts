// What a score module prints becomes lines of the log that carry the request id.

import assert from 'node:assert/strict'
import { it } from 'node:test'
import { startReady } from '../support/start-runtime.ts'

const NO_REQUEST_ID = '00000000-0000-0000-0000-000000000000'

it('console.log carries the request id, after an await and in a timer too, and all zeroes during init', async () => {
  await using runtime = await startReady({
    module: 'printing',
    env: { WORKER_COUNT: '1', AZUREML_LOG_LEVEL: 'debug' },
  })
  const printed = await runtime.waitForLog(line => line.msg === 'printed by init')
  assert.equal(printed['requestId'], NO_REQUEST_ID)

  const words = ['one', 'two', 'three']
  await Promise.all(words.map(word => runtime.score({ word }, { headers: { 'x-request-id': word } })))
  for (const word of words) {
    const expected = [
      [`said ${word} { n: 1 }`, 'info'],
      [`warned of ${word}`, 'warn'],
      [`erred at ${word}`, 'error'],
      [`whispered ${word}`, 'debug'],
      [`afterwards ${word}`, 'info'],
    ]
    for (const [msg, level] of expected) {
      const line = await runtime.waitForLog(candidate => candidate.msg === msg)
      assert.deepEqual([line.level, line['requestId'], line['worker']], [level, word, 0], msg)
    }
    await runtime.waitForLog(line => line.msg.includes('│') && line.msg.includes(`'${word}'`))
  }
  const others = runtime.stdout.filter(line => !/^(Scorehost is ready|The dashboard is) /.test(line))
  assert.deepEqual([runtime.stderr, others], [[], []], 'nothing goes past the log')
})
