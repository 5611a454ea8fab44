// What to say of a path that is not there: what is there in its place.

import { existsSync, readdirSync, readlinkSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { accessProblem } from '../../runtime/access-problem.ts'

const MOST_NAMES = 10

/** That it is missing, and what is in its folder, or in the nearest folder above that is there. */
export function describeMissing(path: string): string {
  const target = linkTarget(path)
  if (target !== null) return `${path} is a link to ${target}, which is not there`
  let folder = dirname(path)
  while (!existsSync(folder)) folder = dirname(folder)
  return `there is no ${path}; ${contents(folder)}`
}

function linkTarget(path: string): string | null {
  try {
    return readlinkSync(path)
  } catch {
    return null // no link, which is how it is nearly always
  }
}

function contents(folder: string): string {
  if (!statSync(folder).isDirectory()) return `${folder} is a file`
  try {
    const names = readdirSync(folder, { withFileTypes: true })
      .map(entry => (entry.isDirectory() ? `${entry.name}/` : entry.name))
      .toSorted()
    const more = names.length > MOST_NAMES ? ` and ${names.length - MOST_NAMES} more` : ''
    return names.length === 0
      ? `${folder} is empty`
      : `in ${folder} there is ${names.slice(0, MOST_NAMES).join(', ')}${more}`
  } catch (thrown) {
    return `${folder} cannot be read: ${accessProblem(thrown)}`
  }
}
