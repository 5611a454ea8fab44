// The configuration of nginx, from its template. Pure: text in, text out.

import { EXPOSED_HEADERS, originsOf } from '../../runtime/cross-origin.ts'
import { pythonMessage } from '../../runtime/error-answer.ts'
import { type AnswerCode, bodyTooLarge, ERRORS, errorHeaders, scoringTimedOut } from '../../runtime/errors.ts'
import { EDGE_MARGIN_MS, FRONT_KEEP_ALIVE_MS } from '../../runtime/http-limits.ts'
import type { Settings } from '../../runtime/settings.ts'
import type { OwnPath } from '../own-paths.ts'
import { OWN_ERROR_FORMAT } from './nginx-own-error.ts'
import { NOT_HTTP } from './own-answer.ts'

export interface NginxSurroundings {
  /** Where nginx may write, and where the sockets are. */
  readonly folder: string
  readonly port: number
  /** Absolute paths of the links to the workers' sockets. */
  readonly places: readonly string[]
  /** Paths that the supervisor answers. */
  readonly ownPaths: readonly OwnPath[]
  /** Whom nginx's own workers run as; null where it is not started as root. */
  readonly user: string | null
  /** Open files that a process may have. */
  readonly openFiles: number
}

/** Room for its log, its sockets and what else it has open. */
const SPARE_FILES = 64
const MOST_CONNECTIONS = 16_384

/** @param template With a name between @ signs for each thing that is filled in. */
export function renderNginx(template: string, settings: Settings, surroundings: NginxSurroundings): string {
  const { folder, port, places, ownPaths, user, openFiles } = surroundings
  const { host, scoringTimeoutMs, maxBodyBytes, headerTimeoutMs, bodyIdleTimeoutMs } = settings
  const values: Readonly<Record<string, string | number>> = {
    exposedHeaders: EXPOSED_HEADERS,
    varyOrigin:
      settings.corsOrigins === null || originsOf(settings.corsOrigins).includes('*') ? '""' : 'Origin',
    user: user === null ? '' : `user ${user};`,
    folder,
    connections: Math.max(64, Math.min(MOST_CONNECTIONS, openFiles - SPARE_FILES)),
    maxBodyBytes,
    headerTimeout: headerTimeoutMs,
    bodyIdleTimeout: bodyIdleTimeoutMs,
    keepAlive: FRONT_KEEP_ALIVE_MS,
    edgeTimeout: scoringTimeoutMs + EDGE_MARGIN_MS,
    // a worker that failed is passed over for a second: by then the supervisor has seen to its place
    places: places.map(place => `    server unix:${place} max_fails=1 fail_timeout=1s;`).join('\n'),
    listen: host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`,
    own: ownPaths.map(own => ownLocation(folder, own)).join(''),
    ownErrorFormat: OWN_ERROR_FORMAT,
    errors: errorLocations(settings, folder),
    origins: originMap(settings),
  }
  return template.replace(/@(\w+)@/g, (_, name: string) => {
    const value = values[name]
    if (value === undefined) throw new Error(`the nginx template asks for ${name}, which there is not`)
    return String(value)
  })
}

/** Whom the answer to a page names as the one that may read it. */
function originMap({ corsOrigins }: Settings): string {
  const origins = corsOrigins === null ? [] : originsOf(corsOrigins)
  const rows = origins.includes('*')
    ? ['default *;']
    : ['default "";', ...origins.map(origin => `"${origin}" "${origin}";`)]
  return rows.map(row => `    ${row}`).join('\n')
}

/** A shared path is the supervisor's for those who ask, and perhaps a route of the worker's for those who post. */
function ownLocation(folder: string, { path, shared }: OwnPath): string {
  const notOurs = shared ? ['if ($request_method !~ "^(GET|HEAD)$") {', '  return 472;', '}'] : []
  const lines = [
    ...notOurs,
    `if (!-f ${folder}/serving) {`,
    '  return 473;',
    '}',
    'proxy_pass http://supervisor;',
  ]
  return `    location = "${path}" {\n      ${lines.join('\n      ')}\n    }\n`
}

/** nginx's own answers, as the errors of Scorehost that they are. */
function errorLocations(settings: Settings, folder: string): string {
  const late = scoringTimedOut(settings.scoringTimeoutMs).message
  const large = bodyTooLarge(settings.maxBodyBytes).message
  // a 502 of nginx's own: either the worker was lost while it ran, or none could be reached
  const unreached = `if ($was_connected = 0) {\n        set $own_code ERR_NO_WORKER;\n        ${answer('ERR_NO_WORKER')}\n      }`
  return [
    errorLocation(folder, 'malformed', 'ERR_INPUT_MALFORMED', NOT_HTTP),
    errorLocation(folder, 'large', 'ERR_INPUT_TOO_LARGE', large),
    errorLocation(folder, 'header', 'ERR_HEADER_TOO_LONG', 'The headers are longer than 16384 bytes.'),
    errorLocation(folder, 'internal', 'ERR_INTERNAL'),
    errorLocation(folder, 'nobody', 'ERR_NO_WORKER'),
    errorLocation(folder, 'lost', 'ERR_WORKER_LOST', undefined, [
      unreached,
      ...asPython('ERR_WORKER_LOST', settings),
    ]),
    errorLocation(folder, 'late', 'ERR_SCORING_TIMEOUT', late, asPython('ERR_SCORING_TIMEOUT', settings)),
  ].join('\n')
}

/** Where the statuses are those of AzureML's Python server, on paths whose errors have its envelope. */
function asPython(code: AnswerCode, { statuses, scoringTimeoutMs }: Settings): readonly string[] {
  const message = pythonMessage(code, scoringTimeoutMs)
  if (statuses !== 'azmlinfsrv' || message === null) return []
  return [`if ($message_key = message) {\n        return 500 '${JSON.stringify({ message })}';\n      }`]
}

function errorLocation(
  folder: string,
  name: string,
  code: AnswerCode,
  message?: string,
  before: readonly string[] = [],
): string {
  const headers: Readonly<Record<string, string>> = {
    'x-request-id': '$own_id',
    'x-ms-request-id': '$own_ms_id',
    'x-ms-client-request-id': '$own_client_id',
    traceid: '$known_trace_id',
    'access-control-allow-origin': '$allowed_origin',
    'access-control-expose-headers': '$exposed_headers',
    vary: '$vary_origin',
    ...errorHeaders(code),
    ...(name === 'lost' ? { 'retry-after': '$retry_after', 'x-ms-run-function-failed': '$run_failed' } : {}),
  }
  // nginx leaves a header out whose value is empty
  const added = Object.entries(headers).map(([header, value]) => `add_header ${header} ${value} always;`)
  const lines = [
    'internal;',
    `access_log ${folder}/own-errors.log own;`,
    ...added,
    `set $own_code ${code};`,
    ...before,
    answer(code, message),
  ]
  return `    location = /.scorehost/${name} {\n      ${lines.join('\n      ')}\n    }`
}

function answer(code: AnswerCode, message: string = ERRORS[code].message): string {
  const body = `{"code":"${code}","$message_key":${JSON.stringify(message)},"requestId":"$own_id"}`
  return `return ${ERRORS[code].status} '${body.replaceAll("'", "\\'")}';`
}
