import { Before } from '@cucumber/cucumber';
import { isInterrupted } from '../scenario/interruption.js';

/**
 * Support code that is loaded before all other: cucumber cannot be asked to stop, so once the run is
 * interrupted every scenario that would still start is skipped instead, its own hooks included.
 */
Before({ name: 'stop when interrupted' }, () => (isInterrupted() ? 'skipped' : undefined));
