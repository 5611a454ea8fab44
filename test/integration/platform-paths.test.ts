// Paths that the settings add, where they meet those that are served already.

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { predictAt } from '../support/predict.ts'
import { type Runtime, repositoryPath, runCli, startReady } from '../support/start-runtime.ts'

const MODULE = repositoryPath('test/fixtures/platforms')
const AIP = { AIP_MODE: 'PREDICTION', AIP_HEALTH_ROUTE: '/alive', AIP_PREDICT_ROUTE: '/ask' }
const ECHO = { do: 'echo', value: 5 }

function start(env: Readonly<Record<string, string>>): Promise<Runtime> {
  return startReady({
    module: 'platforms',
    env: { WORKER_COUNT: '1', SCOREHOST_DRAIN_DELAY_MS: '0', ...env },
  })
}

async function textAt(url: string, init?: RequestInit): Promise<string> {
  const answer = await fetch(url, init)
  return `${answer.status} ${await answer.text()}`
}

function post(body: unknown): RequestInit {
  return { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }
}

describe('a path that is something else already ends the program with 2, and setting and path are named', () => {
  const CASES: readonly [Readonly<Record<string, string>>, string, string][] = [
    [{ SCOREHOST_SCORE_PATHS: '/mine,/swagger.json' }, 'scorePaths', '/swagger.json'],
    [{ SCOREHOST_SCORE_PATHS: '/docs/x' }, 'scorePaths', '/docs/x'],
    [{ SCOREHOST_SCORE_PATHS: '/livez' }, 'scorePaths', '/livez'],
    [{ MODEL_DEPLOY_PREDICT_ENDPOINT: '/v1/models' }, 'scorePaths', '/v1/models'],
    [{ ...AIP, AIP_PREDICT_ROUTE: '/readyz' }, 'predictPaths', '/readyz'],
    [{ ...AIP, AIP_PREDICT_ROUTE: '/docs' }, 'predictPaths', '/docs'],
    [{ ...AIP, AIP_HEALTH_ROUTE: '/score' }, 'healthPaths', '/score'],
    [{ ...AIP, AIP_HEALTH_ROUTE: '/docs/' }, 'healthPaths', '/docs/'],
    [{ ...AIP, AIP_HEALTH_ROUTE: '/v1/models/iris' }, 'healthPaths', '/v1/models/iris'],
  ]
  for (const [env, setting, path] of CASES)
    it(`${setting} ${path}`, async () => {
      const words = ['serve', '--app-root', MODULE, '--port', '0', '--log-format', 'json']
      const { exitCode, stdout, stderr } = await runCli(words, { WORKER_COUNT: '1', ...env })
      assert.equal(exitCode, 2, stderr)
      assert.ok((stderr.split('\n').at(-1) ?? '').includes(`${setting}: ${path} `), stderr)
      assert.equal(stdout, '')
      assert.doesNotMatch(stderr, /the model folder/, 'which has nothing to do with it')
    })
})

describe('AIP_PREDICT_ROUTE', () => {
  it('/score: POST takes instances, GET scores as ever', async () => {
    await using runtime = await start({ ...AIP, AIP_PREDICT_ROUTE: '/score' })
    assert.equal((await predictAt(`${runtime.url}/score`, [ECHO])).text, '{"predictions":[5]}')
    assert.equal(await textAt(`${runtime.url}/score?do=echo&value=6`), '200 6')
    assert.match(await textAt(`${runtime.url}/score`, post(ECHO)), /^400 .*instances/)
    // the other paths are what they were
    assert.equal(await textAt(`${runtime.url}/invocations`, post(ECHO)), '200 5')
  })

  it('/: POST takes instances, GET is health', async () => {
    await using runtime = await start({ ...AIP, AIP_PREDICT_ROUTE: '/' })
    assert.equal((await predictAt(`${runtime.url}/`, [ECHO])).text, '{"predictions":[5]}')
    assert.equal(await textAt(`${runtime.url}/`), '200 Healthyroot')
  })

  it('that is the health route too: POST takes instances, GET is health', async () => {
    await using runtime = await start({ ...AIP, AIP_PREDICT_ROUTE: '/both', AIP_HEALTH_ROUTE: '/both' })
    assert.equal((await predictAt(`${runtime.url}/both`, [ECHO])).text, '{"predictions":[5]}')
    assert.equal(await textAt(`${runtime.url}/both`), '200 ok')
  })

  it('that takes instances already is left as it is', async () => {
    await using runtime = await start({ ...AIP, AIP_PREDICT_ROUTE: '/v1/models/scorehost:predict' })
    const url = `${runtime.url}/v1/models/scorehost:predict`
    assert.equal((await predictAt(url, [ECHO])).text, '{"predictions":[5]}')
    assert.equal((await predictAt(url.replace('scorehost:', 'nobody:'), [ECHO])).status, 404)
  })
})

it('a health route where another contract scores by POST is both', async () => {
  await using runtime = await start({ ...AIP, AIP_HEALTH_ROUTE: '/predict' })
  assert.equal(await textAt(`${runtime.url}/predict`), '200 ok')
  assert.equal(await textAt(`${runtime.url}/predict`, post(ECHO)), '200 5')
})

it('/* scores at every path that is nothing else, also after a reload', async () => {
  await using runtime = await start({ SCOREHOST_SCORE_PATHS: '/*' })
  const look = async () => {
    assert.equal(await textAt(`${runtime.url}/any/path`, post(ECHO)), '200 5')
    assert.equal(await textAt(`${runtime.url}/`), '200 Healthyroot')
    assert.equal(await textAt(`${runtime.url}/readyz`), '200 ok')
    assert.match(await textAt(`${runtime.url}/swagger.json`), /^200 \{"swagger":"2\.0"/)
    assert.match(await textAt(`${runtime.url}/docs/`), /^200 .*<html/s)
    assert.equal(await textAt(`${runtime.url}/v1/models`), '200 {"models":["scorehost"]}')
  }
  await look()
  runtime.process.kill('SIGHUP')
  await runtime.waitForLog(({ msg }) => msg === 'reloaded: generation 1 serves')
  await look()
})
