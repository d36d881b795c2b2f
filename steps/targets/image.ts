import { ImageLauncher } from './image-launcher.js';
import { OwnedTarget } from './owned-target.js';
import type { CommonSettings, ImageSettings } from './target.js';

/** A container image whose program takes GizmoSQL's flags and variables. */
export class ImageTarget extends OwnedTarget {
  constructor(settings: ImageSettings & CommonSettings) {
    super(settings, `the image ${settings.image}`, new ImageLauncher(settings));
  }
}
