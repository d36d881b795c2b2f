import { describe, expect, test } from 'vitest';
import { settingOf } from './engine-settings.js';

describe('the setting of a statement', () => {
  test.each([
    ['SET threads = 2', 'threads'],
    ['set /* all */ Global "Memory_Limit" TO \'1GB\'', 'memory_limit'],
    ['SET SESSION TimeZone = UTC', 'timezone'],
    ['RESET GLOBAL max_memory', 'max_memory'],
    ['reset threads;', 'threads'],
    ["PRAGMA disabled_filesystems='LocalFileSystem'", 'disabled_filesystems'],
    ['SELECT threads', ''],
    ['UPDATE t SET threads = 2', ''],
    ['SET', ''],
    ['SET GLOBAL', ''],
    ['SET globals = 2', 'globals'],
    ['SET not_global = 2', 'not_global'],
    ['PRESET threads', ''],
    ['settings threads', ''],
    ['', ''],
  ])('%s', (sql, setting) => {
    expect(settingOf(sql)).toBe(setting);
  });
});
