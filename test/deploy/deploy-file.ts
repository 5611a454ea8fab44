// The files of deploy/, parsed. What comes back has a vendor's type only where a test checks the file against it.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import type { Static, TSchema } from 'typebox'
import { Value } from 'typebox/value'
import { parseAllDocuments } from 'yaml'
import { repositoryPath } from '../support/start-runtime.ts'

/** The documents of a YAML file, or the one of a JSON file. */
export function documentsOf(file: string): unknown[] {
  const text = readFileSync(repositoryPath(`deploy/${file}`), 'utf8')
  if (file.endsWith('.json')) return [JSON.parse(text)]
  const documents = parseAllDocuments(text)
  assert.deepEqual(
    documents.flatMap(({ errors, warnings }) => [...errors, ...warnings]),
    [],
    file,
  )
  return documents.map(document => document.toJS())
}

/** The only document of a file. */
export function documentOf(file: string): unknown {
  const [document, ...more] = documentsOf(file)
  assert.equal(more.length, 0, `${file} has one document`)
  return document
}

/** What is wrong with a value, by its path. */
export function problemsWith(schema: TSchema, value: unknown): string[] {
  return Value.Errors(schema, value).map(({ instancePath, message }) => `${instancePath} ${message}`)
}

/** The only document of a file, as a schema says it is. */
export function fittingDocument<Schema extends TSchema>(file: string, schema: Schema): Static<Schema> {
  const document = documentOf(file)
  assert.deepEqual(problemsWith(schema, document), [], file)
  return document as Static<Schema> // true: nothing is wrong with it
}

/** A part that vendors' types call optional and that has to be there. */
export function given<T>(part: T | null | undefined, what: string): T {
  assert(part !== null && part !== undefined, `${what} is there`)
  return part
}

/** Name and value, as most platforms write a variable. */
export interface NamedValue {
  readonly name?: string | undefined
  readonly value?: string | undefined
}

export function variables(list: readonly NamedValue[] = []): Record<string, string> {
  return Object.fromEntries(
    list.map(({ name, value }) => [given(name, 'its name'), given(value, `the value of ${name}`)]),
  )
}
