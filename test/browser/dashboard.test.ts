// The page /dashboard/ in a browser: what somebody sees while the service works, fails and comes back.

import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Browser, Page } from 'playwright-core'
import { NO_BROWSER, openPage, startBrowser } from '../support/browser.ts'
import { startGateway } from '../support/gateway.ts'
import { startLoad } from '../support/load.ts'
import { PATIENCE_MS, type Runtime, startReady } from '../support/start-runtime.ts'

const ECHO = JSON.stringify({ do: 'echo', value: 1 })
/** Stands where there is no number. */
const NO_NUMBER = '–'
const PHONE = { width: 360, height: 780 }

function start(flags: readonly string[] = [], module = 'behaviours'): Promise<Runtime> {
  // what runs the tests may itself be a pod
  return startReady({ module, env: { WORKER_COUNT: '2', KUBERNETES_SERVICE_HOST: '' }, flags })
}

/** Asks the page until this holds; not by waitForFunction(), whose eval() the page's policy forbids. */
async function until(page: Page, script: string): Promise<void> {
  for (const deadline = performance.now() + PATIENCE_MS; ; await sleep(50)) {
    if ((await page.evaluate(script)) === true) return
    if (performance.now() > deadline) throw new Error(`it is not so yet: ${script}`)
  }
}

/** The number of a tile, by its title. */
function tile(page: Page, title: string) {
  return page.locator('.tile', { hasText: title }).locator('b')
}

async function fits(page: Page): Promise<boolean> {
  return (await page.evaluate('document.documentElement.scrollWidth <= innerWidth')) === true
}

describe('/dashboard/ in a browser', { skip: NO_BROWSER }, () => {
  let browser: Browser

  before(async () => {
    browser = await startBrowser()
  })
  after(() => browser?.close())

  it('shows numbers and plots of a service under load, with nothing from elsewhere', async () => {
    await using runtime = await start()
    const { page, strangers, complaints } = await openPage(browser, `${runtime.url}/dashboard/`)
    await page.locator('#state', { hasText: 'ready' }).waitFor()
    assert.equal(await tile(page, 'Latency p50').innerText(), NO_NUMBER)
    assert.equal(await page.locator('#errors .empty').isVisible(), true)
    assert.equal(await page.locator('#routes .empty').isVisible(), true)

    using load = startLoad(runtime.url, 4, ECHO)
    await load.answered(50)
    await until(page, "Number.parseFloat(document.querySelector('.tile b').textContent) > 0")
    await until(
      page,
      "document.querySelector('polyline.first')?.getAttribute('points').split(' ').length >= 3",
    )
    await load.stop()
    assert.match(await tile(page, 'Latency p99').innerText(), /^[\d,.]+$/)
    assert.match(await tile(page, 'Memory').innerText(), /^\d+$/)
    assert.deepEqual(await page.locator('#workers tbody td:nth-child(2)').allInnerTexts(), ['ready', 'ready'])
    const routes = await page.locator('#routes tbody td:first-child').allInnerTexts()
    assert(routes.includes('/score'), String(routes))
    await page.locator('#batches .bar').first().waitFor()
    await page.locator('#models', { hasText: 'No model is served as it is' }).waitFor()
    await page.close()
    assert.deepEqual([strangers, complaints], [[], []])
  })

  it('reads out a point of a plot by the arrow keys', async () => {
    await using runtime = await start()
    const { page } = await openPage(browser, `${runtime.url}/dashboard/`)
    const plot = page.locator('svg.plot').first()
    await until(page, "/now [\\d.]+ req/.test(document.querySelector('svg.plot').getAttribute('aria-label'))")
    await plot.focus()
    await page.keyboard.press('Home')
    await page.locator('figure .when', { hasText: 's ago' }).first().waitFor()
    assert.equal(await plot.locator('.cursor').count(), 1)
    await page.keyboard.press('Escape')
    assert.equal(await plot.locator('.cursor').count(), 0)
    await page.close()
  })

  it('sends the sample and shows the answer, and what is wrong with another', async () => {
    await using runtime = await start()
    const { page } = await openPage(browser, `${runtime.url}/dashboard/`)
    await until(page, "document.getElementById('body').value.includes('echo')")
    await page.locator('#body').focus()
    await page.getByRole('button', { name: 'POST /score' }).press('Enter')
    await page.locator('#status', { hasText: '200' }).waitFor()
    assert.equal(await page.locator('#answer pre').innerText(), '"it\'s"')
    const facts = await page.locator('#answer dl').innerText()
    for (const name of ['x-request-id', 'x-ms-run-fn-exec-ms', 'time']) assert(facts.includes(name), facts)

    await page.locator('#body').fill('{"do": "throw"}')
    await page.getByRole('button', { name: 'POST /score' }).click()
    await page.locator('#status', { hasText: '502' }).waitFor()
    assert.equal(JSON.parse(await page.locator('#answer pre').innerText()).code, 'ERR_RUN_FAILED')
    await page.locator('#errors td', { hasText: 'ERR_RUN_FAILED' }).waitFor()

    await page.getByRole('button', { name: 'Sample' }).click()
    assert.deepEqual(JSON.parse(await page.locator('#body').inputValue()), { do: 'echo', value: "it's" })
    await page.close()
  })

  it('sends any content type, and can give up waiting', async () => {
    await using runtime = await start()
    const { page } = await openPage(browser, `${runtime.url}/dashboard/`)
    await page.locator('#type').fill('text/csv')
    await page.locator('#body').fill('a,b')
    await page.getByRole('button', { name: 'POST /score' }).click()
    await page.locator('#status').waitFor()
    await page.locator('#type').fill('application/json')
    await page.locator('#body').fill('{"do": "untilAborted"}')
    await page.getByRole('button', { name: 'POST /score' }).click()
    await page.getByRole('button', { name: 'Cancel' }).click()
    await page.locator('#answer', { hasText: 'It was cancelled.' }).waitFor()
    await page.close()
  })

  it('shows that a killed worker was started again, and why', async () => {
    await using runtime = await start()
    const { page } = await openPage(browser, `${runtime.url}/dashboard/`)
    const pid = await page.locator('#workers tbody tr').last().locator('td').nth(3).innerText()
    process.kill(Number(pid), 'SIGKILL')
    await page.locator('#restarts', { hasText: '1 × was killed by SIGKILL' }).waitFor()
    await page.locator('#workers td', { hasText: '1 × was killed by SIGKILL' }).waitFor()
    await until(
      page,
      "[...document.querySelectorAll('#workers td:nth-child(2)')].map(one => one.textContent).join() === 'ready,ready'",
    )
    await page.close()
  })

  it('says that the service cannot be reached, and recovers when it is back', async () => {
    const first = await start()
    const { port, url } = first
    const { page } = await openPage(browser, `${url}/dashboard/`)
    await page.locator('#state', { hasText: 'ready' }).waitFor()
    const before = await page.locator('#workers tbody tr').first().locator('td').nth(3).innerText()
    await first[Symbol.asyncDispose]()
    await page.locator('#trouble', { hasText: 'The service cannot be reached.' }).waitFor()
    assert.equal(await page.locator('#state').innerText(), 'no connection')

    await using second = await start(['--port', String(port)])
    assert.equal(second.port, port)
    await page.locator('#state', { hasText: 'ready' }).waitFor()
    await page.locator('#trouble').waitFor({ state: 'hidden' })
    const now = await page.locator('#workers tbody tr').first().locator('td').nth(3).innerText()
    assert.notEqual(now, before)
    await page.close()
  })

  it('shows each model with its inputs, and why one is not served', async () => {
    await using runtime = await start(['--strict-readiness', 'false'], 'one-broken-model')
    const { page, complaints } = await openPage(browser, `${runtime.url}/dashboard/`)
    const models = page.locator('#models .model')
    await models.first().waitFor()
    const [broken = '', good = ''] = (await models.allInnerTexts()).toSorted()
    assert.match(broken, /^broken version 1 unavailable\n+Error: .+/)
    assert.match(good, /^good version 1 ready\n+Inputs\n+\S+ [A-Z0-9]+ \[[-\d, ]*\]\n+Outputs\n/)
    await page.close()
    assert.deepEqual(complaints, [])
  })

  it('works below the path of a gateway that no setting names', async () => {
    await using runtime = await start()
    await using gateway = await startGateway(runtime.port, '/services/iris')
    const { page, strangers, complaints } = await openPage(browser, `${gateway.url}/services/iris/dashboard`)
    await page.locator('#state', { hasText: 'ready' }).waitFor()
    await until(page, "document.getElementById('body').value.includes('echo')")
    await page.getByRole('button', { name: 'POST /score' }).click()
    await page.locator('#status', { hasText: '200' }).waitFor()
    await page.getByRole('link', { name: 'API docs' }).click()
    await page.waitForURL(`${gateway.url}/services/iris/docs/`)
    await page.close()
    assert.deepEqual([strangers, complaints], [[], []])
  })

  it('asks for nothing while nobody looks', async () => {
    await using runtime = await start()
    const { page } = await openPage(browser, `${runtime.url}/dashboard/`)
    await page.locator('#state', { hasText: 'ready' }).waitFor()
    const look = (hidden: boolean) =>
      page.evaluate(`
        Object.defineProperty(document, 'hidden', { value: ${hidden}, configurable: true })
        document.dispatchEvent(new Event('visibilitychange'))
      `)
    await look(true)
    let asked = 0
    page.on('request', request => {
      if (request.url().endsWith('/data')) asked++
    })
    // a request that was under way may end, and two more would have been due
    await page.waitForTimeout(5000)
    assert(asked <= 1, `${asked} questions`)
    const next = page.waitForRequest(/\/data$/)
    await look(false)
    await next
    await page.close()
  })

  it('fits a phone, also with long words', async () => {
    await using runtime = await start(['--strict-readiness', 'false'], 'one-broken-model')
    const { page } = await openPage(browser, `${runtime.url}/dashboard/`, { viewport: PHONE })
    await page.locator('#models .model').first().waitFor()
    await page.locator('#body').fill(`{"word": "${'w'.repeat(300)}"}`)
    await page.getByRole('button', { name: 'POST /score' }).click()
    await page.locator('#status').waitFor()
    await page.locator('#errors tbody tr').first().waitFor()
    await page.locator('#routes td', { hasText: '/v2/models/{model}/versions/{version}' }).waitFor()
    assert.equal(await fits(page), true)
    await page.close()
  })

  it('has a light and a dark dress', async () => {
    await using runtime = await start()
    const ground = async (colorScheme: 'light' | 'dark') => {
      const { page } = await openPage(browser, `${runtime.url}/dashboard/`, { colorScheme })
      const colour = await page.evaluate('getComputedStyle(document.body).backgroundColor')
      await page.close()
      return colour
    }
    assert.deepEqual([await ground('light'), await ground('dark')], ['rgb(245, 246, 248)', 'rgb(16, 19, 26)'])
  })
})
