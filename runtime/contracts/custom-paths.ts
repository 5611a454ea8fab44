// The paths that the settings add, beside those of the contracts: where a platform, or a user, has names of its own.

import { HEALTH_PATHS } from '../health-paths.ts'
import { isPattern, pathPattern } from '../path-pattern.ts'
import { servedPaths } from '../served-paths.ts'
import { invalidSetting } from '../setting-value.ts'
import type { Settings } from '../settings.ts'
import type { Contract, Route } from './contract.ts'
import { scoringRoutes } from './score-call.ts'
import { predictRoute } from './vertex.ts'

type PathSettings = Pick<Settings, 'healthPaths' | 'scorePaths' | 'predictPaths' | 'instances'>

/** Of pages for people and of metrics; also where they are turned off, so that what works in one place works in every other. */
const PAGES = /^\/(docs|metrics|dashboard)(\/|$)/

/**
 * The routes of the settings' paths. One that scores already is left as it is; instances may take a path that scores otherwise,
 * for whoever names it there wants its envelope.
 *
 * @param served By the contracts.
 * @throws ScorehostError ERR_CONFIG_INVALID for a path that is something else already
 */
export function customPaths(settings: PathSettings, served: readonly Route[]): Contract {
  const { score, predict, health } = servedPaths(settings)
  const scoring = score.filter(path => isFree('scorePaths', path, served))
  const replacing = predict.filter(path => {
    const literal = served.some(route => route.scores === true && route.path === path)
    return literal || isFree('predictPaths', path, served)
  })
  for (const path of health)
    if (PAGES.test(path) || served.some(route => route.method === 'GET' && matches(route, path)))
      refuse('healthPaths', path)
  const routes = [
    ...scoring.flatMap(path => scoringRoutes(path)),
    ...replacing.map(path => predictRoute(path, settings)),
  ]
  return { name: 'custom', routes }
}

/**
 * False where the path scores already.
 *
 * @throws ScorehostError ERR_CONFIG_INVALID where it is taken by what does not score
 */
function isFree(setting: keyof PathSettings, path: string, served: readonly Route[]): boolean {
  const there = served.filter(route => matches(route, path))
  if (there.some(route => route.scores === true)) return false
  if (there.length > 0 || HEALTH_PATHS.includes(path) || PAGES.test(path)) refuse(setting, path)
  return true
}

function refuse(setting: keyof PathSettings, path: string): never {
  throw invalidSetting(`${setting}: ${path} is taken by another part of the service`)
}

function matches(route: Route, path: string): boolean {
  return isPattern(route.path) ? pathPattern(route.path).expression.test(path) : route.path === path
}
