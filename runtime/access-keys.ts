// The keys of SCOREHOST_AUTH_KEYS, and whether a request shows one of them.

import { hash, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { ScorehostError } from './errors.ts'
import { invalidSetting } from './setting-value.ts'
import { listed, type Settings } from './settings.ts'

/** Fewer characters can be guessed. */
const LEAST_CHARACTERS = 16
/** What a header can carry as it is: printable ASCII without the space. */
const FITS_HEADER = /^[\x21-\x7e]+$/
const BEARER_CHALLENGE = 'Bearer realm="scorehost"'
/** Stands first where there are both: of one header Chromium sees the first alone. */
const BASIC_CHALLENGE = 'Basic realm="scorehost", charset="UTF-8"'
const BEARER = /^bearer +(\S+) *$/i
const BASIC = /^basic +([A-Za-z0-9+/]+=*) *$/i

/** Why a request is refused, and the header that tells its client what to show. */
export interface KeyProblem {
  readonly error: ScorehostError
  /** Value of WWW-Authenticate. */
  readonly challenge: string
}

/**
 * The keys, separated by commas; none where nobody is asked for one.
 *
 * @throws ScorehostError ERR_CONFIG_INVALID, which does not show them
 */
export function keysOf(authKeys: string | null): readonly string[] {
  if (authKeys === null) return []
  const keys = listed(authKeys)
  // or what was meant to be closed would be open
  if (keys.length === 0) throw invalidSetting('authKeys: the value (hidden) has no key in it')
  for (const [index, key] of keys.entries()) {
    const which = `authKeys: key ${index + 1} of ${keys.length} (hidden)`
    if (key.length < LEAST_CHARACTERS)
      throw invalidSetting(`${which} is shorter than ${LEAST_CHARACTERS} characters`)
    if (!FITS_HEADER.test(key))
      throw invalidSetting(`${which} has a character that is not printable ASCII, or a space`)
  }
  return keys
}

/**
 * Compares digests, of which those of the keys are made once: two digests have the same length, and how much of a wrong one is
 * right tells nothing of the key.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6750, https://www.rfc-editor.org/rfc/rfc7617
 */
export class AccessKeys {
  readonly #digests: readonly Buffer[]

  constructor({ authKeys }: Pick<Settings, 'authKeys'>) {
    this.#digests = keysOf(authKeys).map(digest)
  }

  /** False where nobody is asked for a key. */
  get asked(): boolean {
    return this.#digests.length > 0
  }

  /**
   * Null where the request shows a key, or none is asked for.
   *
   * @param allowBasic For pages: a browser asks its user for a password and can send no other scheme by itself. The name is any.
   */
  problem({ authorization }: IncomingHttpHeaders, allowBasic: boolean): KeyProblem | null {
    if (!this.asked) return null
    const shown = authorization === undefined ? null : shownKey(authorization, allowBasic)
    if (shown !== null && this.#has(shown)) return null
    return {
      error: new ScorehostError('ERR_UNAUTHORIZED'),
      challenge: allowBasic ? `${BASIC_CHALLENGE}, ${BEARER_CHALLENGE}` : BEARER_CHALLENGE,
    }
  }

  #has(shown: string): boolean {
    const shownDigest = digest(shown)
    let found = false
    // all of them, so that the time does not tell which it was
    for (const known of this.#digests) found = timingSafeEqual(known, shownDigest) || found
    return found
  }
}

function shownKey(authorization: string, allowBasic: boolean): string | null {
  const [, bearer] = BEARER.exec(authorization) ?? []
  if (bearer !== undefined) return bearer
  const [, basic] = (allowBasic ? BASIC.exec(authorization) : null) ?? []
  if (basic === undefined) return null
  const [, password] = /^[^:]*:(.*)$/s.exec(Buffer.from(basic, 'base64').toString()) ?? []
  return password ?? null
}

function digest(text: string): Buffer {
  return hash('sha256', text, 'buffer')
}
