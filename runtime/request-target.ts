// The target of a request line.

/** Path and query of a request target; an absolute one (`GET http://host/score`) counts by its path. */
export function splitTarget(target: string): { readonly path: string; readonly query: string } {
  const relative = target.startsWith('/') ? target : target.replace(/^[a-z]+:\/\/[^/?]*/i, '')
  const at = relative.indexOf('?')
  if (at < 0) return { path: relative || '/', query: '' }
  return { path: relative.slice(0, at) || '/', query: relative.slice(at + 1) }
}
