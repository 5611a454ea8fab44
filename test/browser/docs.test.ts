// The page /docs/ in a browser: it works without anything from elsewhere, and its button gives the real answer.

import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { NO_BROWSER, openPage, startBrowser } from '../support/browser.ts'
import { startGateway } from '../support/gateway.ts'
import { type Runtime, startReady } from '../support/start-runtime.ts'

/** The path of a gateway's service, which the gateway takes away before it sends a request on. */
const GATEWAY_PATH = '/services/iris'

describe('/docs/ in a browser', { skip: NO_BROWSER }, () => {
  let browser: Browser

  before(async () => {
    browser = await startBrowser()
  })
  after(() => browser?.close())

  const open = (url: string, password?: string) =>
    openPage(
      browser,
      url,
      password === undefined ? {} : { httpCredentials: { username: 'anybody', password } },
    )

  /** Opens the page, presses "Try it out" and "Execute" of POST /score, and gives the answer's status and body. */
  async function tryItOut(url: string, input?: string, key?: string) {
    const { page, strangers, complaints } = await open(url, key)
    if (key !== undefined) await authorize(page, key)
    await page.locator('#operations-default-score .opblock-summary-control').click()
    await page.getByRole('button', { name: 'Try it out' }).click()
    if (input !== undefined) await page.locator('textarea.body-param__text').fill(input)
    await page.getByRole('button', { name: 'Execute', exact: true }).click()
    const live = page.locator('#operations-default-score .live-responses-table')
    const status = await live.locator('tbody .response-col_status').first().innerText()
    const body = await live.locator('tbody .response-col_description pre').first().innerText()
    const screenshot = process.env['DOCS_SCREENSHOT']
    if (screenshot !== undefined) await page.screenshot({ path: screenshot, fullPage: true })
    await page.close()
    assert.deepEqual(strangers, [])
    return { status: Number.parseInt(status, 10), json: JSON.parse(body), complaints }
  }

  it('tries out the sample of the score module, and shows the real answer', async () => {
    await using runtime = await start()
    const { status, json, complaints } = await tryItOut(`${runtime.url}/docs/`)
    assert.deepEqual([status, json], [200, { sums: [6], runs: 1 }])
    assert.deepEqual(complaints, [])
  })

  it('opens with a key as its password, and sends the key that was typed in', async () => {
    const key = 'a-key-0123456789:x'
    await using runtime = await start({ SCOREHOST_AUTH_KEYS: key })
    const { status, json } = await tryItOut(`${runtime.url}/docs/`, undefined, key)
    assert.deepEqual([status, json], [200, { sums: [6], runs: 1 }])
  })

  it('shows what is wrong with an input', async () => {
    await using runtime = await start()
    const { status, json } = await tryItOut(`${runtime.url}/docs/`, '{"data": [["x"]]}')
    assert.equal(status, 400)
    assert.deepEqual(json.errors, [{ path: '/data/0/0', message: 'must be number' }])
  })

  it('works behind a gateway whose path no setting names', async () => {
    await using runtime = await start()
    await using gateway = await startGateway(runtime.port, GATEWAY_PATH)
    const { status, json } = await tryItOut(`${gateway.url}${GATEWAY_PATH}/docs`)
    assert.deepEqual([status, json], [200, { sums: [6], runs: 1 }])
  })

  it('works behind a gateway whose path the settings name, and before it', async () => {
    await using runtime = await start({ SERVICE_PATH_PREFIX: GATEWAY_PATH })
    await using gateway = await startGateway(runtime.port, GATEWAY_PATH)
    assert.equal((await tryItOut(`${gateway.url}${GATEWAY_PATH}/docs/`)).json.runs, 1)
    assert.equal((await tryItOut(`${runtime.url}/docs/`)).json.runs, 2)
  })

  it("shows the author's own description", async () => {
    await using runtime = await startReady({ module: 'own-descriptions', env: { WORKER_COUNT: '1' } })
    const { page, strangers } = await open(`${runtime.url}/docs/`)
    await page.getByRole('heading', { name: 'written by hand' }).waitFor()
    await page.close()
    assert.deepEqual(strangers, [])
  })
})

async function authorize(page: Page, key: string): Promise<void> {
  await page.locator('.auth-wrapper button.authorize').first().click()
  const dialog = page.locator('.dialog-ux')
  await dialog.locator('input').fill(key)
  await dialog.getByRole('button', { name: 'Apply credentials' }).click()
  await dialog.getByRole('button', { name: 'Close', exact: true }).click()
}

function start(env: Readonly<Record<string, string>> = {}): Promise<Runtime> {
  return startReady({
    module: 'schemas',
    env: { WORKER_COUNT: '1', ...env },
    flags: ['--entry', 'json-schema'],
  })
}
