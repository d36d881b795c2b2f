/** Invalid bytes in a message. The error's message is written for the sender. */
export class Malformed extends RangeError {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'Malformed';
  }
}
