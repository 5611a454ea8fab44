// Cross-origin requests: which pages may call the service from a browser (CORS).

import type { IncomingHttpHeaders } from 'node:http'
import { invalidSetting } from './setting-value.ts'
import { listed, type Settings } from './settings.ts'

type Headers = Readonly<Record<string, string>>

/** What a page may read of an answer beside the few headers that browsers always show. */
export const EXPOSED_HEADERS =
  'x-request-id, x-ms-request-id, x-ms-client-request-id, x-ms-run-function-failed, x-ms-run-fn-exec-ms, ' +
  'x-ms-server-version, retry-after, traceparent'
const METHODS = 'GET, POST, OPTIONS'
/** How long a browser may keep the answer to a preflight, in seconds; Chromium takes no longer one. */
const PREFLIGHT_MAX_AGE = '7200'
const NONE: Headers = {}

/** @see https://fetch.spec.whatwg.org/#http-cors-protocol */
export class CrossOrigin {
  /** Null where no page of another origin may call. */
  readonly #origins: readonly string[] | null
  readonly #any: boolean

  constructor({ corsOrigins }: Pick<Settings, 'corsOrigins'>) {
    this.#origins = corsOrigins === null ? null : originsOf(corsOrigins)
    this.#any = this.#origins?.includes('*') === true
  }

  /** The headers that an answer has on account of where its request came from. */
  headersFor({ origin }: IncomingHttpHeaders): Headers {
    if (this.#origins === null) return NONE
    if (this.#any) return allowed('*')
    // a cache must not give the answer for one origin to another
    const vary = { vary: 'Origin' }
    return origin !== undefined && this.#origins.includes(origin) ? { ...allowed(origin), ...vary } : vary
  }

  /** The further headers of the answer to a preflight; null for a request that is none. */
  preflight(method: string | undefined, headers: IncomingHttpHeaders): Headers | null {
    const wanted = headers['access-control-request-method']
    if (this.#origins === null || method !== 'OPTIONS' || wanted === undefined) return null
    const asked = headers['access-control-request-headers']
    return {
      'access-control-allow-methods': METHODS,
      'access-control-max-age': PREFLIGHT_MAX_AGE,
      ...(asked === undefined ? {} : { 'access-control-allow-headers': asked }),
    }
  }
}

/**
 * The origins of AML_CORS_ORIGINS.
 *
 * @throws ScorehostError ERR_CONFIG_INVALID for what no browser would send as its origin
 */
export function originsOf(text: string): readonly string[] {
  return listed(text).map(origin => {
    if (origin !== '*' && !/^[a-z][a-z0-9+.-]*:\/\/[\w.:[\]-]+$/i.test(origin))
      throw invalidSetting(
        `corsOrigins: "${origin}" is no origin; one is scheme://host, with a port where it is not the scheme's own, or *`,
      )
    return origin
  })
}

function allowed(origin: string): Headers {
  return { 'access-control-allow-origin': origin, 'access-control-expose-headers': EXPOSED_HEADERS }
}
