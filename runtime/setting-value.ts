// The value that a text, or a value of a JSON file, stands for in a row of the table of settings.

import { ScorehostError } from './errors.ts'
import { nearest } from './nearest.ts'
import { expectation } from './settings.ts'
import type { SettingSpec } from './settings-table.ts'

export type Value = string | number | boolean | null

export interface Found {
  readonly value: Value
  /** For people: `flag --port`, `environment PORT`, `default`. */
  readonly origin: string
}

/** @throws ScorehostError ERR_CONFIG_INVALID */
export function parseJsonValue(spec: SettingSpec, value: unknown, label: string, origin: string): Value {
  const isNumeric = spec.kind === 'port' || spec.kind.endsWith('integer')
  const fits =
    spec.kind === 'boolean'
      ? typeof value === 'boolean'
      : typeof value === 'string' || (isNumeric && typeof value === 'number')
  if (!fits) throw wrongValue(spec, JSON.stringify(value), label, origin)
  return parseText(spec, String(value), label, origin)
}

/** @throws ScorehostError ERR_CONFIG_INVALID */
export function parseText(spec: SettingSpec, text: string, label: string, origin: string): Value {
  const value = readText(spec, text)
  if (value === undefined) throw wrongValue(spec, JSON.stringify(text), label, origin)
  return value
}

function readText(spec: SettingSpec, text: string): Value | undefined {
  switch (spec.kind) {
    case 'text':
      return text === '' ? undefined : text
    case 'boolean':
      return readBoolean(text.toLowerCase())
    case 'choice': {
      const word = text.toLowerCase()
      const choice = spec.aliases[word] ?? word
      return spec.choices.includes(choice) ? choice : undefined
    }
    case 'integer': {
      if (text === 'auto' && spec.default === 'auto') return 'auto'
      return readInteger(text, spec)
    }
    case 'port':
      return text.toLowerCase() === 'none' ? null : readInteger(text, spec)
    case 'optional integer':
      return readInteger(text, spec)
  }
}

/** The text of a value in the setting's own unit: some names that platforms have hold seconds. */
export function inOwnUnit(spec: SettingSpec, name: string, text: string): string {
  const inSeconds = spec.kind === 'integer' && spec.envSeconds?.includes(name) === true
  return inSeconds && /^\d+$/.test(text) ? `${text}000` : text
}

function readInteger(text: string, { min, max }: { min: number; max: number }): number | undefined {
  const number = /^\d+$/.test(text) ? Number(text) : Number.NaN
  return number >= min && number <= max ? number : undefined
}

function readBoolean(word: string): boolean | undefined {
  if (word === 'true' || word === '1') return true
  return word === 'false' || word === '0' ? false : undefined
}

function wrongValue(spec: SettingSpec, shown: string, label: string, origin: string): ScorehostError {
  const value = spec.secret ? 'the value (hidden)' : shown
  return invalidSetting(`${label}: ${value} is not ${expectation(spec)} (from ${origin})`)
}

export function invalidSetting(message: string): ScorehostError {
  return new ScorehostError('ERR_CONFIG_INVALID', message)
}

/** The end of a message about a word that is unknown; empty where nothing is like it. */
export function suggestion(word: string, candidates: readonly string[], prefix = ''): string {
  const near = nearest(word, candidates)
  return near === null ? '' : `; did you mean ${prefix}${near}?`
}
