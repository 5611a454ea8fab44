// Which folders are served: the app root and the model folder, as set, as the platform mounts them, or the image's sample.

import { resolve } from 'node:path'
import { type Artifacts, artifactsIn, type NamesIn } from './platform-folders.ts'
import { PROFILE_TABLE, type Profile } from './profile.ts'
import { type Found, invalidSetting } from './setting-value.ts'

export interface Folders {
  readonly appRoot: Found
  /** What the platform's mount holds; null where there is none. */
  readonly artifacts: Artifacts | null
}

interface Views {
  readonly namesIn: NamesIn
  readonly sampleIn: (appRoot: string) => string | null
}

/** Where SageMaker puts the models that it asks for one by one. */
const MULTI_MODEL_FOLDER = '/opt/ml/models'

/**
 * The app root: as set; the platform's, where that has a score module and nothing lies in the one that is set.
 *
 * @param appRoot As set, absolute.
 * @param entry Name of the score module, as set.
 */
export function platformFolders(
  appRoot: Found,
  entry: string | null,
  profile: Profile,
  { namesIn, sampleIn }: Views,
): Folders {
  const { mount } = PROFILE_TABLE[profile]
  const artifacts = mount === null ? null : artifactsIn(mount, entry, namesIn)
  const path = String(appRoot.value)
  const isEmpty = (namesIn(path) ?? []).length === 0 || sampleIn(path) !== null
  return artifacts !== null && artifacts.appRoot !== null && isEmpty
    ? { appRoot: { value: artifacts.appRoot, origin: artifacts.origin }, artifacts }
    : { appRoot, artifacts }
}

/** The sample takes the place of an empty app root, unless a score module or models that lie elsewhere are there. */
export function withSample(
  { appRoot, artifacts }: Folders,
  isNamed: boolean,
  { sampleIn }: Pick<Views, 'sampleIn'>,
): { readonly appRoot: Found; readonly warnings: readonly string[] } {
  const path = String(appRoot.value)
  const sample = isNamed || artifacts !== null ? null : sampleIn(path)
  if (sample === null) return { appRoot, warnings: [] }
  const served = { value: sample, origin: `the sample, ${appRoot.origin} is empty` }
  return { appRoot: served, warnings: [sampleNote(path, sample)] }
}

function sampleNote(appRoot: string, sample: string): string {
  return (
    `${appRoot} is empty, so this is a sample, ${sample}; to serve your own, mount a folder with a score module ` +
    `(main.ts or score.ts, or .js) or with azureml-models/{name}/{version}/model.onnx at ${appRoot}, or COPY it there`
  )
}

/**
 * The model folder, absolute.
 *
 * @param asked As set.
 * @throws ScorehostError ERR_CONFIG_INVALID for an address that is no folder
 */
export function modelFolder(
  asked: Found,
  { appRoot, artifacts }: Folders,
  multiModel: boolean,
  namesIn: NamesIn,
): Found {
  if (asked.origin !== 'default') {
    const path = localPath(String(asked.value), asked.origin)
    return { value: resolve(String(appRoot.value), path), origin: asked.origin }
  }
  if (multiModel) return { value: MULTI_MODEL_FOLDER, origin: 'default of multi-model mode' }
  const own = resolve(String(appRoot.value), String(asked.value))
  if (artifacts === null || namesIn(own) !== null) return { value: own, origin: asked.origin }
  return { value: artifacts.modelDir, origin: artifacts.origin }
}

/** @see https://cloud.google.com/vertex-ai/docs/predictions/custom-container-requirements#aip-variables */
function localPath(text: string, origin: string): string {
  const [, scheme, rest = ''] = /^([a-z][a-z0-9+.-]*):\/\/(.*)$/i.exec(text) ?? []
  if (scheme === undefined) return text
  if (scheme.toLowerCase() === 'file') return rest
  throw invalidSetting(
    `modelDir: ${text} (${origin}) is no folder, and nothing is fetched from ${scheme}:// here; ` +
      'put the models into the image (COPY azureml-models /var/azureml-app/azureml-models), mount the bucket with Cloud Storage FUSE, ' +
      'or copy them before the start, and say where they are by AZUREML_MODEL_DIR',
  )
}
