package dev.plimsoll.agent.engine;

/** The two ends of a proxied connection. */
enum Side {
    CLIENT,
    TARGET;

    Side other() {
        return this == CLIENT ? TARGET : CLIENT;
    }
}
