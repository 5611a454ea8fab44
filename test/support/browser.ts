// A real browser, and pages in it that get nothing from any other origin than their own.

import { existsSync } from 'node:fs'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { PATIENCE_MS } from './start-runtime.ts'

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

/** For `skip` of a test. */
export const NO_BROWSER = existsSync(CHROMIUM) ? false : `there is no ${CHROMIUM}`

/** A page, and what it asked for that was not of its own origin. */
export interface Opened {
  readonly page: Page
  readonly strangers: readonly string[]
  /** What the browser wrote to its console as an error: also what the policy forbade. */
  readonly complaints: readonly string[]
}

export function startBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: CHROMIUM, args: ARGUMENTS, timeout: PATIENCE_MS })
}

export async function openPage(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<Opened> {
  const strangers: string[] = []
  const complaints: string[] = []
  const page = await browser.newPage(options)
  page.setDefaultTimeout(PATIENCE_MS)
  await page.route('**', route => {
    const asked = new URL(route.request().url())
    if (asked.origin === new URL(url).origin || !/^(https?|wss?):$/.test(asked.protocol))
      return route.continue()
    strangers.push(asked.href)
    return route.abort()
  })
  page.on('console', message => message.type() === 'error' && complaints.push(message.text()))
  page.on('pageerror', error => complaints.push(String(error)))
  await page.goto(url)
  return { page, strangers, complaints }
}
