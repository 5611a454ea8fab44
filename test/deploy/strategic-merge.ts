// A patch as `kubectl patch` and kustomize apply it: objects are merged, lists of named things by their names.

/** @see https://kubernetes.io/docs/tasks/manage-kubernetes-objects/update-api-object-kubectl-patch/ */
export function patched(target: unknown, patch: unknown): unknown {
  if (Array.isArray(target) && Array.isArray(patch)) {
    const named = (item: unknown) => target.find(one => nameOf(one) === nameOf(item))
    const kept = target.map(one => {
      const change = patch.find(item => nameOf(item) === nameOf(one))
      return change === undefined ? one : patched(one, change)
    })
    return [...kept, ...patch.filter(item => named(item) === undefined)]
  }
  if (!isObject(target) || !isObject(patch)) return patch
  const merged = Object.entries(patch).map(([key, value]) => [key, patched(target[key], value)])
  return { ...target, ...Object.fromEntries(merged) }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function nameOf(item: unknown): unknown {
  return isObject(item) ? item['name'] : item
}
