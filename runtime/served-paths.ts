// The paths that settings add to those that are always served.

import { HEALTH_PATHS } from './health-paths.ts'
import { invalidSetting } from './setting-value.ts'
import { listed, type Settings } from './settings.ts'

type PathSettings = Pick<Settings, 'healthPaths' | 'scorePaths' | 'predictPaths'>

export interface ServedPaths {
  /** Of health, which the supervisor answers. */
  readonly health: readonly string[]
  /** One that ends in a star takes all below it. */
  readonly score: readonly string[]
  readonly predict: readonly string[]
}

/**
 * The further paths.
 *
 * @throws ScorehostError ERR_CONFIG_INVALID for what is no path, and for one that would be both health and scoring
 */
export function servedPaths(settings: PathSettings): ServedPaths {
  const health = pathsOf('healthPaths', settings.healthPaths).filter(path => !HEALTH_PATHS.includes(path))
  const score = pathsOf('scorePaths', settings.scorePaths)
  const predict = pathsOf('predictPaths', settings.predictPaths)
  const both = health.find(path => path === '/score' || score.includes(path))
  if (both !== undefined)
    throw invalidSetting(`healthPaths: ${both} scores on GET; health needs a path of its own`)
  const twice = score.find(path => predict.includes(path))
  if (twice !== undefined) throw invalidSetting(`predictPaths: ${twice} is among scorePaths too`)
  return { health, score, predict }
}

function pathsOf(name: keyof PathSettings, text: string | null): readonly string[] {
  return listed(text).map(path => {
    const literal = name === 'scorePaths' ? path.replace(/\/\*$/, '/') : path
    // braces are the router's, a star stands at the end alone, quotes and backslashes are not for URLs nor for nginx's configuration
    if (!/^\/[^\s?#{}*"\\]*$/.test(literal))
      throw invalidSetting(
        `${name}: "${path}" is no path; it begins with a slash and has no space, ?, #, quote, backslash, brace or star in it`,
      )
    return path
  })
}
