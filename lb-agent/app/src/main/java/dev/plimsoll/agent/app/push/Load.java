package dev.plimsoll.agent.app.push;

/**
 * The body of one push.
 *
 * @param items samples or records in it
 */
record Load(byte[] body, int items) {}
