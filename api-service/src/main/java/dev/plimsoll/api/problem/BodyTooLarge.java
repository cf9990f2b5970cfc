package dev.plimsoll.api.problem;

import java.io.IOException;

/** The request body has more bytes than are read; thrown while reading it. */
public final class BodyTooLarge extends IOException {
    public BodyTooLarge(int maxBytes) {
        super(message(maxBytes));
    }

    public static String message(int maxBytes) {
        return "the body is larger than " + maxBytes + " bytes";
    }
}
