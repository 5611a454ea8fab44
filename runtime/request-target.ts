// The target of a request line.

export interface RequestTarget {
  readonly path: string
  /** Without its question mark; empty where there is none. */
  readonly query: string
}

/** Path and query of a request target; an absolute one (`GET http://host/score`) counts by its path. */
export function splitTarget(target: string): RequestTarget {
  const relative = target.startsWith('/') ? target : target.replace(/^[a-z]+:\/\/[^/?]*/i, '')
  const at = relative.indexOf('?')
  if (at < 0) return { path: relative || '/', query: '' }
  return { path: relative.slice(0, at) || '/', query: relative.slice(at + 1) }
}
