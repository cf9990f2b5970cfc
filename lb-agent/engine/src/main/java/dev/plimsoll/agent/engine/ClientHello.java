package dev.plimsoll.agent.engine;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Looks for the server name in the first bytes that a TLS client sends, one byte at a time, so that
 * it does not matter how they arrive. It holds the name and nothing else: a length that is claimed
 * costs nothing until it has come, and at most {@link #MAX_BYTES} may.
 *
 * <pre>
 * record:     type 22 · version 3.x · length ─► part of the handshake message, which goes on in the next record
 * handshake:  type 1 · length ─► version · random · session id · cipher suites · compressions · extensions
 * extension:  type 0 · length ─► list length ─► name type 0 · length ─► name
 * </pre>
 */
final class ClientHello {
    /** Records' headers included. The largest key shares of today need 2 KiB. */
    static final int MAX_BYTES = 16 * 1024;

    private static final int HANDSHAKE = 22;
    private static final int CLIENT_HELLO = 1;
    private static final int MAX_RECORD_BYTES = 16 * 1024;
    private static final int FIXED_BYTES = 2 + 32;
    private static final int MAX_SESSION_ID_BYTES = 32;
    private static final int SERVER_NAME = 0;
    private static final int HOST_NAME = 0;
    private static final int MAX_NAME_BYTES = 255;

    enum Verdict {
        INCOMPLETE,
        /** A whole name was read: {@link #serverName()}. */
        NAMED,
        /** A whole hello without a name. */
        NAMELESS,
        NOT_TLS,
        MALFORMED,
        TOO_LARGE
    }

    private enum RecordPart {
        TYPE,
        MAJOR,
        MINOR,
        LENGTH,
        PAYLOAD
    }

    private enum Part {
        MESSAGE_TYPE,
        MESSAGE_LENGTH,
        FIXED,
        SESSION_ID_LENGTH,
        SESSION_ID,
        CIPHERS_LENGTH,
        CIPHERS,
        COMPRESSIONS_LENGTH,
        COMPRESSIONS,
        EXTENSIONS_LENGTH,
        EXTENSION_TYPE,
        EXTENSION_LENGTH,
        EXTENSION,
        NAMES_LENGTH,
        NAME_TYPE,
        NAME_LENGTH,
        NAME
    }

    private RecordPart recordPart = RecordPart.TYPE;
    private Part part = Part.MESSAGE_TYPE;
    private Verdict verdict = Verdict.INCOMPLETE;
    private int seen;

    /** A number that is being read, how many of its bytes have come, and bytes of a part to go. */
    private int recordNumber;

    private int recordDigits;
    private int recordLeft;
    private int number;
    private int digits;
    private int partLeft;

    private int messageLeft = Integer.MAX_VALUE;
    private int extensionsLeft;
    private int extensionType;
    private int extensionLeft;
    private int namesLeft;
    private int nameType;
    private final byte[] name = new byte[MAX_NAME_BYTES];
    private int nameLength;

    /** Bytes after a verdict change nothing. */
    Verdict read(byte octet) {
        if (verdict == Verdict.INCOMPLETE) {
            verdict = ++seen > MAX_BYTES ? Verdict.TOO_LARGE : onRecord(octet & 0xff);
        }
        return verdict;
    }

    /** In lower case, without a dot at its end; null before the verdict {@link Verdict#NAMED}. */
    @Nullable String serverName() {
        return verdict == Verdict.NAMED
                ? new String(name, 0, nameLength, StandardCharsets.US_ASCII)
                : null;
    }

    private Verdict onRecord(int octet) {
        switch (recordPart) {
            case TYPE -> {
                if (octet != HANDSHAKE) {
                    return seen == 1 ? Verdict.NOT_TLS : Verdict.MALFORMED;
                }
                recordPart = RecordPart.MAJOR;
            }
            case MAJOR -> {
                if (octet != 3) {
                    return seen == 2 ? Verdict.NOT_TLS : Verdict.MALFORMED;
                }
                recordPart = RecordPart.MINOR;
            }
            case MINOR -> recordPart = RecordPart.LENGTH;
            case LENGTH -> {
                recordNumber = recordNumber << 8 | octet;
                if (++recordDigits == 2) {
                    return onRecordLength();
                }
            }
            case PAYLOAD -> {
                if (--recordLeft == 0) {
                    recordPart = RecordPart.TYPE;
                }
                return onMessage(octet);
            }
        }
        return Verdict.INCOMPLETE;
    }

    private Verdict onRecordLength() {
        recordLeft = recordNumber;
        recordNumber = 0;
        recordDigits = 0;
        recordPart = RecordPart.PAYLOAD;
        return recordLeft >= 1 && recordLeft <= MAX_RECORD_BYTES
                ? Verdict.INCOMPLETE
                : Verdict.MALFORMED;
    }

    private Verdict onMessage(int octet) {
        messageLeft--;
        var so = onPart(octet);
        if (so != Verdict.INCOMPLETE || messageLeft > 0) {
            return so;
        }
        // A hello may end without extensions, or behind the last of them; nowhere else.
        return part == Part.EXTENSIONS_LENGTH && digits == 0
                        || part == Part.EXTENSION_TYPE && extensionsLeft == 0 && digits == 0
                ? Verdict.NAMELESS
                : Verdict.MALFORMED;
    }

    private Verdict onPart(int octet) {
        return switch (part) {
            case MESSAGE_TYPE -> {
                part = Part.MESSAGE_LENGTH;
                yield octet == CLIENT_HELLO ? Verdict.INCOMPLETE : Verdict.MALFORMED;
            }
            case MESSAGE_LENGTH ->
                    isNumber(octet, 3) ? onMessageLength(number()) : Verdict.INCOMPLETE;
            case FIXED -> skip(Part.SESSION_ID_LENGTH);
            case SESSION_ID_LENGTH ->
                    octet <= MAX_SESSION_ID_BYTES
                            ? enter(Part.SESSION_ID, octet, Part.CIPHERS_LENGTH)
                            : Verdict.MALFORMED;
            case SESSION_ID -> skip(Part.CIPHERS_LENGTH);
            case CIPHERS_LENGTH ->
                    isNumber(octet, 2) ? onCiphersLength(number()) : Verdict.INCOMPLETE;
            case CIPHERS -> skip(Part.COMPRESSIONS_LENGTH);
            case COMPRESSIONS_LENGTH ->
                    octet > 0
                            ? enter(Part.COMPRESSIONS, octet, Part.EXTENSIONS_LENGTH)
                            : Verdict.MALFORMED;
            case COMPRESSIONS -> skip(Part.EXTENSIONS_LENGTH);
            case EXTENSIONS_LENGTH ->
                    isNumber(octet, 2) ? onExtensionsLength(number()) : Verdict.INCOMPLETE;
            case EXTENSION_TYPE,
                    EXTENSION_LENGTH,
                    EXTENSION,
                    NAMES_LENGTH,
                    NAME_TYPE,
                    NAME_LENGTH,
                    NAME ->
                    onExtensions(octet);
        };
    }

    private Verdict onMessageLength(int length) {
        messageLeft = length;
        partLeft = FIXED_BYTES;
        part = Part.FIXED;
        if (length > MAX_BYTES) {
            return Verdict.TOO_LARGE;
        }
        return length == 0 ? Verdict.MALFORMED : Verdict.INCOMPLETE;
    }

    private Verdict onCiphersLength(int length) {
        return length >= 2 && length % 2 == 0
                ? enter(Part.CIPHERS, length, Part.COMPRESSIONS_LENGTH)
                : Verdict.MALFORMED;
    }

    private Verdict onExtensionsLength(int length) {
        extensionsLeft = length;
        part = Part.EXTENSION_TYPE;
        return length == messageLeft ? Verdict.INCOMPLETE : Verdict.MALFORMED;
    }

    private Verdict onExtensions(int octet) {
        extensionsLeft--;
        return switch (part) {
            case EXTENSION_TYPE -> {
                if (isNumber(octet, 2)) {
                    extensionType = number();
                    part = Part.EXTENSION_LENGTH;
                }
                yield Verdict.INCOMPLETE;
            }
            case EXTENSION_LENGTH ->
                    isNumber(octet, 2) ? onExtensionLength(number()) : Verdict.INCOMPLETE;
            case EXTENSION -> skip(Part.EXTENSION_TYPE);
            default -> onNames(octet);
        };
    }

    private Verdict onExtensionLength(int length) {
        if (length > extensionsLeft) {
            return Verdict.MALFORMED;
        }
        if (extensionType != SERVER_NAME) {
            return enter(Part.EXTENSION, length, Part.EXTENSION_TYPE);
        }
        extensionLeft = length;
        part = Part.NAMES_LENGTH;
        return length > 2 ? Verdict.INCOMPLETE : Verdict.MALFORMED;
    }

    private Verdict onNames(int octet) {
        extensionLeft--;
        return switch (part) {
            case NAMES_LENGTH -> {
                if (!isNumber(octet, 2)) {
                    yield Verdict.INCOMPLETE;
                }
                namesLeft = number();
                part = Part.NAME_TYPE;
                yield namesLeft == extensionLeft ? Verdict.INCOMPLETE : Verdict.MALFORMED;
            }
            case NAME_TYPE -> {
                namesLeft--;
                nameType = octet;
                part = Part.NAME_LENGTH;
                yield namesLeft > 2 ? Verdict.INCOMPLETE : Verdict.MALFORMED;
            }
            case NAME_LENGTH -> {
                namesLeft--;
                yield isNumber(octet, 2) ? onNameLength(number()) : Verdict.INCOMPLETE;
            }
            default -> {
                namesLeft--;
                yield onName(octet);
            }
        };
    }

    private Verdict onNameLength(int length) {
        partLeft = length;
        part = Part.NAME;
        boolean fits = length >= 1 && length <= namesLeft;
        return fits && (nameType != HOST_NAME || length <= MAX_NAME_BYTES)
                ? Verdict.INCOMPLETE
                : Verdict.MALFORMED;
    }

    private Verdict onName(int octet) {
        if (nameType != HOST_NAME) {
            // Of another type, which nobody has defined yet: the next name, or the next extension.
            return skip(namesLeft == 0 ? Part.EXTENSION_TYPE : Part.NAME_TYPE);
        }
        int letter = octet >= 'A' && octet <= 'Z' ? octet + ('a' - 'A') : octet;
        if (!isOfName(letter)) {
            return Verdict.MALFORMED;
        }
        name[nameLength++] = (byte) letter;
        return --partLeft > 0 ? Verdict.INCOMPLETE : onWholeName();
    }

    private static boolean isOfName(int letter) {
        return letter >= 'a' && letter <= 'z'
                || letter >= '0' && letter <= '9'
                || letter == '.'
                || letter == '-'
                || letter == '_'
                || letter == ':'; // addresses are not allowed, and sent
    }

    private Verdict onWholeName() {
        if (name[nameLength - 1] == '.') {
            nameLength--;
        }
        return nameLength > 0 ? Verdict.NAMED : Verdict.MALFORMED;
    }

    /** A part of this many bytes, or the next one if it has none. */
    private Verdict enter(Part next, int bytes, Part after) {
        partLeft = bytes;
        part = bytes == 0 ? after : next;
        return Verdict.INCOMPLETE;
    }

    private Verdict skip(Part after) {
        if (--partLeft == 0) {
            part = after;
        }
        return Verdict.INCOMPLETE;
    }

    private boolean isNumber(int octet, int bytes) {
        number = number << 8 | octet;
        return ++digits == bytes;
    }

    private int number() {
        int whole = number;
        number = 0;
        digits = 0;
        return whole;
    }
}
