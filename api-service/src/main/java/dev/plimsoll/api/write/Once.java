package dev.plimsoll.api.write;

/** What became of a write that is done once. */
public sealed interface Once<T> {

    /** It was done now. */
    record Done<T>(T written) implements Once<T> {}

    /** It was done before, and this was the answer. */
    record Repeated<T>(StoredAnswer answer) implements Once<T> {}
}
