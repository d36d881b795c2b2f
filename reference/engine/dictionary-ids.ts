/**
 * Assigns dictionary ids in the order in which a schema's ENUMs appear, nested ones included. The batch
 * encoder walks the types in the same order.
 */
export class DictionaryIds {
  private next = 0;
  take(): number {
    return this.next++;
  }
}
