// Which of the files in a folder is the ONNX model.

/** A file name, or why there is none. */
export type OnnxFile = { readonly file: string } | { readonly why: string }

/** `model.onnx`, or the only one that ends in `.onnx`. */
export function onnxFileAmong(files: readonly string[]): OnnxFile {
  const candidates = files.filter(file => file.endsWith('.onnx'))
  const file = candidates.includes('model.onnx')
    ? 'model.onnx'
    : candidates.length === 1
      ? candidates[0]
      : undefined
  if (file !== undefined) return { file }
  return {
    why:
      candidates.length === 0
        ? 'no file that ends in .onnx'
        : `${candidates.length} files that end in .onnx and none is model.onnx`,
  }
}
