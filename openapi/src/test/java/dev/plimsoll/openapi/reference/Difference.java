package dev.plimsoll.openapi.reference;

/**
 * What of the reference is absent or other with us (a deviation), or what we have beyond it (an
 * addition), in one line such as {@code Listener.port: maximum is 65536 instead of 65535}.
 */
sealed interface Difference {
    String what();

    record Deviation(String what) implements Difference {}

    record Addition(String what) implements Difference {}
}
