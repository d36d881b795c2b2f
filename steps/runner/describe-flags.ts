import { gfmTableToMarkdown } from 'mdast-util-gfm-table';
import { toMarkdown } from 'mdast-util-to-markdown';
import { hyphenated } from './flag.js';
import type { AnyFlag } from './flag.js';
import { flagGroups, runFlags } from './run-flags.js';

/** Flags that the API omits: a program passes the password itself and reads no settings file. */
const notForPrograms = ['passwordFile', 'settings', 'quiet'];

/** The types of `bin/run-options.d.ts`, the options of `runConformance`. */
export function optionTypes(): string {
  const members = Object.entries<AnyFlag>(runFlags)
    .filter(([name]) => !notForPrograms.includes(name))
    .map(([name, flag]) => `  /** ${sentence(flag)} */\n  readonly ${name}?: ${flag.type};\n`);
  return `// Written by \`npm run generate:flags\`; the flags are declared in steps/runner/run-flags.ts.

/** The settings of \`gizmosql-conformance run\`, by the names of its flags in camel case. */
export interface RunOptions {
${members.join('')}}
`;
}

/** README's table of settings, without those for the server and the login. */
export function settingsTable(): string {
  const [, , what, output] = Object.values(flagGroups);
  const rows = Object.entries<AnyFlag>({ ...what, ...output }).map(([name, flag]) => {
    const argument = flag.argument === undefined ? '' : ` ${flag.argument}`;
    return [`--${hyphenated(name)}${argument}`, sentence(flag)] as const;
  });
  const cells = [
    [text('option'), text('meaning')],
    ...rows.map(([option, meaning]) => [
      { type: 'inlineCode' as const, value: option },
      text(meaning),
    ]),
  ];
  return toMarkdown(
    {
      type: 'table',
      children: cells.map((row) => ({
        type: 'tableRow',
        children: row.map((cell) => ({ type: 'tableCell', children: [cell] })),
      })),
    },
    { extensions: [gfmTableToMarkdown()] },
  );
}

/** Returns README with an up-to-date table of settings. Throws an Error if README has no place for it. */
export function withSettingsTable(readme: string): string {
  const place = /(<!-- settings: npm run generate:flags -->\n)[^]*?(<!-- \/settings -->)/;
  if (!place.test(readme)) {
    throw new Error('README.md has no <!-- settings --> to put the table of flags into');
  }
  return readme.replace(place, (_, start: string, end: string) =>
    [start, settingsTable(), end].join('\n'),
  );
}

function text(value: string) {
  return { type: 'text' as const, value };
}

function sentence({ description, default: value }: AnyFlag): string {
  return value === undefined ? description : `${description}: ${String(value)} unless given`;
}
