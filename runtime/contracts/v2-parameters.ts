// The parameters of a V2 request, its inputs and its outputs.

import { ScorehostError } from '../errors.ts'

export type Parameters = Readonly<Record<string, string | number | boolean>>

/**
 * Parameters by name; those that are null are as good as absent, for some clients write what they do not set.
 *
 * @param label Whose they are, as messages begin.
 * @throws ScorehostError ERR_INPUT_MALFORMED where one is neither a string, a number nor a boolean
 */
export function readParameters(value: unknown, label: string): Parameters {
  const given = value ?? {}
  if (typeof given !== 'object' || Array.isArray(given)) fail(`${label}: parameters must be an object`)
  const parameters: Record<string, string | number | boolean> = {}
  for (const [name, one] of Object.entries(given)) {
    if (one === null) continue
    if (typeof one !== 'string' && typeof one !== 'number' && typeof one !== 'boolean')
      fail(`${label}: parameter '${name}' must be a string, a number or a boolean`)
    parameters[name] = one
  }
  return parameters
}

/** A parameter that is true or false; null where it is absent. */
export function flag(parameters: Parameters, name: string, label: string): boolean | null {
  const value = parameters[name] ?? null
  if (value !== null && typeof value !== 'boolean')
    fail(`${label}: parameter '${name}' must be true or false, found ${JSON.stringify(value)}`)
  return value
}

/** A parameter that is a number of things; null where it is absent. */
export function size(parameters: Parameters, name: string, label: string): number | null {
  const value = parameters[name] ?? null
  if (value === null || (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0)) return value
  return fail(
    `${label}: parameter '${name}' must be a whole number that is not negative, found ${JSON.stringify(value)}`,
  )
}

function fail(message: string): never {
  throw new ScorehostError('ERR_INPUT_MALFORMED', message)
}
