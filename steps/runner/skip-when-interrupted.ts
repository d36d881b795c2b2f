import { Before } from '@cucumber/cucumber';
import { isInterrupted } from '../scenario/interruption.js';

/**
 * Support code that is loaded first. Cucumber cannot be stopped, so once the run is interrupted, every
 * further scenario is skipped, including its hooks.
 */
Before({ name: 'stop when interrupted' }, () => (isInterrupted() ? 'skipped' : undefined));
