import { CommandLauncher } from './command-launcher.js';
import { OwnedTarget } from './owned-target.js';
import type { CommandSettings, CommonSettings } from './target.js';

/** A program that takes GizmoSQL's flags and variables. */
export class CommandTarget extends OwnedTarget {
  constructor(settings: CommandSettings & CommonSettings) {
    const words = [settings.command, ...settings.arguments].join(' ');
    super(settings, `the program ${words}`, new CommandLauncher(settings, false));
  }
}
