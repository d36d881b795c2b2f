/** Whether an extension of the engine, not the local file system, serves this path. */
export function isUrl(path: string): boolean {
  return /^[a-z][a-z\d+.-]+:\/\//i.test(path) && !/^file:/i.test(path);
}
