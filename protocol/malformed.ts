/** Bytes that are not what they should be. The message is worded for whoever sent them. */
export class Malformed extends RangeError {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'Malformed';
  }
}
