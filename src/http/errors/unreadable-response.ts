/** A response arrived but its content cannot be read. Repeating the request would not help. */
export class UnreadableResponse extends Error {}
