import { ImageLauncher } from './image-launcher.js';
import { OwnedTarget } from './owned-target.js';
import type { Need } from '../../fixtures/catalogue/catalogue.js';
import type { CommonSettings, ImageSettings, Offer } from './target.js';

/** A container image whose program takes GizmoSQL's flags and variables. */
export class ImageTarget extends OwnedTarget {
  constructor(settings: ImageSettings & CommonSettings) {
    super(settings, `the image ${settings.image}`, new ImageLauncher(settings));
  }

  /** A container has a system of its own, and may have a name and addresses of its own. */
  override offers(need: Need): Promise<Offer> {
    return need === 'this-machine'
      ? Promise.resolve({
          offered: false,
          reason: 'its servers run in containers, not on this machine',
        })
      : super.offers(need);
  }
}
