// The paths of routes: `{name}` stands for one part of it, a star at the end for all that follows.

export interface PathPattern {
  readonly expression: RegExp
  /** Of the groups of the expression, in their order. */
  readonly names: readonly string[]
}

/** Whether a route's path stands for more than itself. */
export function isPattern(path: string): boolean {
  return path.includes('{') || path.endsWith('/*')
}

export function pathPattern(path: string): PathPattern {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name)
  const literal = path.replace(/\*$/, '').replace(/[.*+?^$()|[\]\\]/g, '\\$&')
  const rest = path.endsWith('/*') ? '.*' : ''
  return { expression: new RegExp(`^${literal.replace(/\{\w+\}/g, '([^/]+)')}${rest}$`), names }
}
