// A processor class as a score module.

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ProcessorModule } from '../../runtime/model/processor.ts'
import { isReply, type RunContext, type ScoreModule } from '../../runtime/score-api.ts'

const RAW = Buffer.from('bytes')
const CONTEXT = { raw: RAW } as unknown as RunContext // true: the rest is passed on, unread
const NO_EXPORTS: ScoreModule = {}

/** What a class whose process() returns `result` answers. */
async function answer(result: unknown) {
  class Processor {
    process() {
      return result
    }
  }
  const module = new ProcessorModule(Processor, NO_EXPORTS)
  await module.init()
  return module.run(undefined, CONTEXT)
}

describe('a processor', () => {
  it('is made and initialised once, is given the bytes and the context, and is closed', async () => {
    const calls: unknown[] = []
    class Processor {
      constructor() {
        calls.push('constructed')
      }
      async initialize() {
        await null
        calls.push('initialised')
      }
      process(...given: unknown[]) {
        calls.push(given)
        return ['', 200]
      }
      close() {
        calls.push('closed')
      }
    }
    const module = new ProcessorModule(Processor, NO_EXPORTS)
    assert.deepEqual(calls, [])
    await module.init()
    await module.run({ decoded: true }, CONTEXT)
    await module.close()
    assert.deepEqual(calls, ['constructed', 'initialised', [RAW, CONTEXT], 'closed'])
  })

  it('needs no initialize() and no close()', async () => {
    const reply = await answer(['', 204])
    assert(isReply(reply))
    assert.equal(reply.status, 204)
  })

  it('answers with a string as text, and leaves other bodies to be what they are', async () => {
    const text = await answer(['done', 201])
    assert.deepEqual([text.body, text.status], ['done', 201])
    assert.deepEqual(text.headers, { 'content-type': 'text/plain; charset=utf-8' })
    for (const body of [RAW, { a: 1 }, [1], null]) {
      const reply = await answer(Promise.resolve([body, 200]))
      assert.deepEqual([reply.body, reply.headers], [body, {}])
    }
  })

  it('fails where what it returns is no [body, status]', async () => {
    const shapes = [
      undefined,
      'done',
      ['done'],
      ['done', 200, 1],
      ['done', '200'],
      ['done', 200.5],
      ['done', 100],
      [1, 600],
    ]
    for (const result of shapes)
      await assert.rejects(answer(result), {
        name: 'TypeError',
        message:
          /^process\(\) returned .*; it has to return \[body, status\] with a status from 200 to 599, as in \['done', 200\]$/,
      })
  })

  it('fails with ERR_PROCESSOR_FAILED where process() throws or rejects', async () => {
    const thrown = new Error('no such digit')
    class Throws {
      process(): never {
        throw thrown
      }
    }
    class Rejects {
      process() {
        return Promise.reject(thrown)
      }
    }
    for (const processorClass of [Throws, Rejects]) {
      const module = new ProcessorModule(processorClass, NO_EXPORTS)
      await module.init()
      await assert.rejects(module.run(undefined, CONTEXT), { code: 'ERR_PROCESSOR_FAILED', cause: thrown })
    }
  })

  it('fails its init() with what initialize() throws', async () => {
    const thrown = new Error('no weights')
    class Processor {
      initialize(): never {
        throw thrown
      }
      process() {}
    }
    await assert.rejects(new ProcessorModule(Processor, NO_EXPORTS).init(), thrown)
  })
})
