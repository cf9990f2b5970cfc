package dev.plimsoll.agent.engine;

/**
 * Reads the head of an HTTP/1 response byte by byte, without keeping any of them but the status.
 * Informational responses (1xx) are passed over; all heads together have {@link #MAX_BYTES}. What
 * no HTTP/1 server says is recognised at its first byte, so that rubbish need not be waited for.
 *
 * <pre>
 * STATUS_LINE ─► REASON ─► LINE_START ─► NAME ─► VALUE ─► LINE_START … ─► empty line: complete
 *      ▲                                                                      │ 1xx
 *      └──────────────────────────────────────────────────────────────────────┘
 * </pre>
 */
final class ResponseHead {
    static final int MAX_BYTES = 16 * 1024;

    enum Progress {
        MORE,
        COMPLETE,
        MALFORMED,
        TOO_LARGE
    }

    private enum At {
        STATUS_LINE,
        REASON,
        LINE_START,
        NAME,
        VALUE,
        /** A CR was read within or behind a line. */
        LINE_FEED,
        LAST_LINE_FEED
    }

    private static final String VERSION = "HTTP/1.";
    private static final int MINOR = VERSION.length();
    private static final int CODE = MINOR + 2;
    private static final int BEHIND_CODE = CODE + 3;
    private static final int SWITCHING_PROTOCOLS = 101;

    private At at = At.STATUS_LINE;
    private Progress progress = Progress.MORE;
    private int bytes;
    private int column;
    private int status;
    private boolean hasField;

    /** Once anything but {@link Progress#MORE} is returned, it stays that. */
    Progress accept(byte signed) {
        if (progress == Progress.MORE) {
            progress = ++bytes > MAX_BYTES ? Progress.TOO_LARGE : next(signed & 0xff);
        }
        return progress;
    }

    /** Three digits, once the head is complete. */
    int status() {
        return status;
    }

    private Progress next(int c) {
        return switch (at) {
            case STATUS_LINE -> statusLine(c);
            case REASON, VALUE -> text(c);
            case LINE_START -> lineStart(c);
            case NAME -> name(c);
            case LINE_FEED -> c == '\n' ? go(At.LINE_START) : Progress.MALFORMED;
            case LAST_LINE_FEED -> c == '\n' ? end() : Progress.MALFORMED;
        };
    }

    private Progress statusLine(int c) {
        int i = column++;
        if (i < MINOR) {
            return expect(c == VERSION.charAt(i));
        }
        if (i == MINOR) {
            return expect(isDigit(c));
        }
        if (i < CODE) {
            return expect(c == ' ');
        }
        if (i < BEHIND_CODE) {
            status = status * 10 + (c - '0');
            return expect(isDigit(c) && (i > CODE || (c >= '1' && c <= '5')));
        }
        return c == ' ' ? go(At.REASON) : c == '\r' || c == '\n' ? text(c) : Progress.MALFORMED;
    }

    private Progress text(int c) {
        return switch (c) {
            case '\r' -> go(At.LINE_FEED);
            case '\n' -> go(At.LINE_START);
            default -> expect(c == '\t' || (c >= ' ' && c != 0x7f));
        };
    }

    private Progress lineStart(int c) {
        if (c == '\r') {
            return go(At.LAST_LINE_FEED);
        }
        if (c == '\n') {
            return end();
        }
        if (c == ' ' || c == '\t') {
            return hasField ? go(At.VALUE) : Progress.MALFORMED; // a folded line, RFC 9112, 5.2
        }
        hasField = true;
        return isToken(c) ? go(At.NAME) : Progress.MALFORMED;
    }

    private Progress name(int c) {
        return c == ':' ? go(At.VALUE) : expect(isToken(c));
    }

    private Progress end() {
        if (status >= 200 || status == SWITCHING_PROTOCOLS) {
            return Progress.COMPLETE;
        }
        at = At.STATUS_LINE;
        column = 0;
        status = 0;
        hasField = false;
        return Progress.MORE;
    }

    private Progress go(At next) {
        at = next;
        return Progress.MORE;
    }

    private static Progress expect(boolean holds) {
        return holds ? Progress.MORE : Progress.MALFORMED;
    }

    private static boolean isDigit(int c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isToken(int c) {
        return isDigit(c)
                || (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || "!#$%&'*+-.^_`|~".indexOf(c) >= 0;
    }
}
