// The page /docs/ in a browser: it works without anything from elsewhere, and its button gives the real answer.

import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { createServer, request as httpRequest } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, describe, it } from 'node:test'
import { type Browser, chromium, type Page } from 'playwright-core'
import { PATIENCE_MS, type Runtime, startReady } from '../support/start-runtime.ts'

/** Where Debian and Ubuntu have it. */
const CHROMIUM = '/usr/bin/chromium'
const ARGUMENTS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]
const SKIP = existsSync(CHROMIUM) ? false : `there is no ${CHROMIUM}`

/** A page, and what it asked for that was not of its own origin. */
interface Opened {
  readonly page: Page
  readonly strangers: readonly string[]
  /** What the browser wrote to its console as an error: also what the policy forbade. */
  readonly complaints: readonly string[]
}

/** The path of a gateway's service, which the gateway takes away before it sends a request on. */
const GATEWAY_PATH = '/services/iris'

describe('/docs/ in a browser', { skip: SKIP }, () => {
  let browser: Browser

  before(async () => {
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ARGUMENTS, timeout: PATIENCE_MS })
  })
  after(() => browser?.close())

  /** Opens a page that gets nothing from any other origin. */
  async function open(url: string, password?: string): Promise<Opened> {
    const strangers: string[] = []
    const complaints: string[] = []
    const asked = password === undefined ? {} : { httpCredentials: { username: 'anybody', password } }
    const page = await browser.newPage(asked)
    page.setDefaultTimeout(PATIENCE_MS)
    await page.route('**', route => {
      const wanted = new URL(route.request().url())
      if (wanted.origin === new URL(url).origin || !/^(https?|wss?):$/.test(wanted.protocol))
        return route.continue()
      strangers.push(wanted.href)
      return route.abort()
    })
    page.on('console', message => message.type() === 'error' && complaints.push(message.text()))
    page.on('pageerror', error => complaints.push(String(error)))
    await page.goto(url)
    return { page, strangers, complaints }
  }

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
    await using gateway = await startGateway(runtime.port)
    const { status, json } = await tryItOut(`${gateway.url}${GATEWAY_PATH}/docs`)
    assert.deepEqual([status, json], [200, { sums: [6], runs: 1 }])
  })

  it('works behind a gateway whose path the settings name, and before it', async () => {
    await using runtime = await start({ SERVICE_PATH_PREFIX: GATEWAY_PATH })
    await using gateway = await startGateway(runtime.port)
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

/** A gateway in front of the service, which knows nothing but its path. */
async function startGateway(port: number) {
  const server = createServer((request, response) => {
    const { method, headers, url = '' } = request
    if (!url.startsWith(GATEWAY_PATH)) {
      response.writeHead(404).end('not a path of the gateway')
      return
    }
    const path = url.slice(GATEWAY_PATH.length)
    const onward = httpRequest({ host: '127.0.0.1', port, method, path, headers }, answer => {
      response.writeHead(answer.statusCode ?? 500, answer.headers)
      answer.pipe(response)
    })
    request.pipe(onward)
  })
  await new Promise<void>(resolve => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const { port: own } = server.address() as AddressInfo // true: it listens on TCP
  return {
    url: `http://127.0.0.1:${own}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise(resolve => {
        server.close(resolve)
      })
    },
  }
}
