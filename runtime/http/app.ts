// The pages for people, below /docs: Swagger UI, served by Express.
//
// Scoring never comes here. Express and Swagger UI are loaded when the first page is asked for: together they take 65 ms of CPU
// time and 18 MB (Node 20).

import type { IncomingMessage, ServerResponse } from 'node:http'
import type { RequestHandler } from 'express'
import { ScorehostError } from '../errors.ts'
import { pageHeaders } from '../page-headers.ts'

/** Methods of every page. */
export const PAGE_METHODS = 'GET, HEAD'

const ROOT = '/docs'
/** What metrics call all of them. */
export const PAGES_ROUTE = ROOT

/** Files of Swagger UI that its page asks for. The others are demonstrations, source maps and copies of these. */
const FILES = [
  'favicon-16x16.png',
  'favicon-32x32.png',
  'swagger-ui-bundle.js',
  'swagger-ui-init.js',
  'swagger-ui-standalone-preset.js',
  'swagger-ui.css',
]

/**
 * Swagger UI has styles in its page and sets more from its script, has images in its styles as `data:`, and shows an answer
 * that is an image as `blob:`. It needs nothing from elsewhere.
 */
const HEADERS = pageHeaders({ style: "'unsafe-inline'", image: 'data: blob:', font: 'data:' })

/** True where a path is a page's, whether or not there is one. */
export function isPage(path: string): boolean {
  return path === ROOT || path.startsWith(`${ROOT}/`)
}

/** The app, as Node's own server would call it. */
type App = (request: IncomingMessage, response: ServerResponse, next: (thrown?: unknown) => void) => void

/** The pages of one service. */
export class Pages {
  readonly #pathPrefix: string
  readonly #title: string
  #app: Promise<App> | null = null

  /**
   * @param title Of the page.
   * @param pathPrefix That the service's description names, below which a gateway is expected.
   */
  constructor(title: string, pathPrefix: string) {
    this.#title = title
    this.#pathPrefix = pathPrefix
  }

  /**
   * Answers a request for a page.
   *
   * @returns a promise that settles when the answer is on its way
   * @throws ScorehostError ERR_METHOD, ERR_NOT_FOUND
   */
  async serve(
    request: IncomingMessage,
    response: ServerResponse,
    path: string,
    headers: Readonly<Record<string, string>>,
  ): Promise<void> {
    const method = request.method ?? 'GET'
    if (method !== 'GET' && method !== 'HEAD')
      throw new ScorehostError('ERR_METHOD', `${path} does not take ${method}; it takes ${PAGE_METHODS}.`)
    this.#app ??= makeApp(this.#title, this.#pathPrefix)
    const app = await this.#app
    if (response.destroyed) return
    await new Promise<void>((resolve, reject) => {
      response.once('close', resolve)
      for (const [name, value] of Object.entries({ ...HEADERS, ...headers })) response.setHeader(name, value)
      app(request, response, thrown => {
        // the error's answer has headers of its own
        if (response.headersSent) response.destroy()
        else for (const name of response.getHeaderNames()) response.removeHeader(name)
        reject(thrown ?? new ScorehostError('ERR_NOT_FOUND', `There is no path ${path} here.`))
      })
    })
  }
}

async function makeApp(title: string, pathPrefix: string): Promise<App> {
  const [{ default: express }, { default: swaggerUi }] = await Promise.all([
    import('express'),
    import('swagger-ui-express'),
  ])
  const options = {
    customSiteTitle: escaped(title),
    // the search field is for descriptions of other services
    explorer: false,
    // every address is relative: only the gateway knows what stands before it
    swaggerUrl: '../swagger.json?version=3',
    swaggerOptions: {
      // else a badge is asked for from another host
      validatorUrl: null,
      servicePathPrefix: pathPrefix,
      requestInterceptor: sendToWhereThePageIs,
    },
  }
  const app = express()
  app.disable('x-powered-by')
  app.enable('strict routing')
  app.get(ROOT, (_, response) => response.redirect('docs/'))
  app.get(`${ROOT}/`, swaggerUi.setup(undefined, options))
  app.use(ROOT, knownFiles, ...swaggerUi.serveFiles(undefined, options))
  return app as unknown as App // true: it gives Node's request and response the prototypes of its own
}

/** Goes past what swagger-ui-express would serve beside these files: its answers for what is not there are not ours. */
const knownFiles: RequestHandler = (request, _, next) =>
  FILES.includes(request.path.slice(1)) ? next() : next('router')

/** Of text between tags; `$` would be taken for a pattern where swagger-ui-express puts the title in its place. */
function escaped(text: string): string {
  return text.replace(/[&<>$]/g, character => `&#${character.charCodeAt(0)};`)
}

interface BrowserRequest {
  url: string
  readonly loadSpec?: boolean
}

/**
 * Runs in the browser, to which it is sent as text: "Try it out" is to reach this service wherever the page was opened, behind
 * a gateway whose prefix no setting names as well as before the one that a setting does name.
 */
function sendToWhereThePageIs(request: BrowserRequest): BrowserRequest {
  if (request.loadSpec === true) return request
  // true in the browser: swagger-ui-express keeps the page's Swagger UI there
  const { document, ui } = globalThis as unknown as {
    document: { baseURI: string }
    ui: { getConfigs(): { servicePathPrefix: string } }
  }
  const home = new URL('..', document.baseURI)
  const url = new URL(request.url, home)
  const described = `${ui.getConfigs().servicePathPrefix}/`
  if (url.origin === home.origin && url.pathname.startsWith(described))
    url.pathname = home.pathname + url.pathname.slice(described.length)
  request.url = url.href
  return request
}
