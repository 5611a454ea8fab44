// The configuration of nginx, from its template. Pure: text in, text out.

import { type AnswerCode, bodyTooLarge, ERRORS, retryHeaders, scoringTimedOut } from '../../runtime/errors.ts'
import { EDGE_MARGIN_MS, FRONT_KEEP_ALIVE_MS } from '../../runtime/http-limits.ts'
import type { Settings } from '../../runtime/settings.ts'
import { NOT_HTTP } from './own-answer.ts'

export interface NginxSurroundings {
  /** Where nginx may write, and where the sockets are. */
  readonly folder: string
  readonly port: number
  /** Absolute paths of the links to the workers' sockets. */
  readonly places: readonly string[]
  /** Paths that the supervisor answers. */
  readonly healthPaths: readonly string[]
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
  const { folder, port, places, healthPaths, user, openFiles } = surroundings
  const { host, scoringTimeoutMs, maxBodyBytes, headerTimeoutMs, bodyIdleTimeoutMs } = settings
  const values: Readonly<Record<string, string | number>> = {
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
    health: healthPaths.map(path => healthLocation(folder, path)).join(''),
    errors: errorLocations(settings),
  }
  return template.replace(/@(\w+)@/g, (_, name: string) => {
    const value = values[name]
    if (value === undefined) throw new Error(`the nginx template asks for ${name}, which there is not`)
    return String(value)
  })
}

/** The root is health for those who ask, and perhaps a route of the worker's for those who post. */
function healthLocation(folder: string, path: string): string {
  const notHealth = path === '/' ? ['if ($request_method !~ "^(GET|HEAD)$") {', '  return 472;', '}'] : []
  const lines = [
    ...notHealth,
    `if (!-f ${folder}/serving) {`,
    '  return 473;',
    '}',
    'proxy_pass http://supervisor;',
  ]
  return `    location = ${path} {\n      ${lines.join('\n      ')}\n    }\n`
}

/** nginx's own answers, as the errors of Scorehost that they are. */
function errorLocations(settings: Settings): string {
  const late = scoringTimedOut(settings.scoringTimeoutMs).message
  const large = bodyTooLarge(settings.maxBodyBytes).message
  // a 502 of nginx's own: either the worker was lost while it ran, or none could be reached
  const unreached = `if ($was_connected = 0) {\n        ${answer('ERR_NO_WORKER')}\n      }`
  return [
    errorLocation('malformed', 'ERR_INPUT_MALFORMED', NOT_HTTP),
    errorLocation('large', 'ERR_INPUT_TOO_LARGE', large),
    errorLocation('header', 'ERR_HEADER_TOO_LONG', 'The headers are longer than 16384 bytes.'),
    errorLocation('internal', 'ERR_INTERNAL'),
    errorLocation('nobody', 'ERR_NO_WORKER'),
    errorLocation('lost', 'ERR_WORKER_LOST', undefined, unreached),
    errorLocation('late', 'ERR_SCORING_TIMEOUT', late),
  ].join('\n')
}

function errorLocation(name: string, code: AnswerCode, message?: string, before = ''): string {
  const retry = name === 'lost' ? '$retry_after' : retryHeaders(code)['retry-after']
  const lines = [
    'internal;',
    'add_header x-request-id $own_id always;',
    'add_header x-ms-request-id $own_id always;',
    ...(retry === undefined ? [] : [`add_header retry-after ${retry} always;`]),
    ...(before === '' ? [] : [before]),
    answer(code, message),
  ]
  return `    location = /.scorehost/${name} {\n      ${lines.join('\n      ')}\n    }`
}

function answer(code: AnswerCode, message: string = ERRORS[code].message): string {
  const body = `{"code":"${code}","$message_key":${JSON.stringify(message)},"requestId":"$own_id"}`
  return `return ${ERRORS[code].status} '${body.replaceAll("'", "\\'")}';`
}
