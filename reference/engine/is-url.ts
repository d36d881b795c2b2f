/** Whether the engine has an extension for such a path, rather than the file system of the machine. */
export function isUrl(path: string): boolean {
  return /^[a-z][a-z\d+.-]+:\/\//i.test(path) && !/^file:/i.test(path);
}
