package dev.plimsoll.api.loadbalancer.spec;

import java.math.BigDecimal;
import java.net.Inet6Address;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;
import java.util.regex.Pattern;

/** Spellings that the contract accepts. Every pattern is linear in the length of its input. */
final class Syntax {
    private static final Pattern NAME = Pattern.compile("[0-9a-z](?:[0-9a-z-]{0,61}[0-9a-z])?");
    private static final Pattern TARGET_NAME =
            Pattern.compile("[0-9a-zA-Z](?:[0-9a-zA-Z-]{0,61}[0-9a-zA-Z])?");
    private static final Pattern LABEL =
            Pattern.compile("[a-zA-Z0-9](?:[-_.a-zA-Z0-9]{0,61}[a-zA-Z0-9])?");
    private static final Pattern DURATION =
            Pattern.compile("-?(?:0|[1-9][0-9]{0,11})(?:\\.[0-9]{1,9})?s");
    private static final String OCTET = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";
    private static final Pattern IPV4 = Pattern.compile(OCTET + "(?:\\." + OCTET + "){3}");
    private static final Pattern PREFIX = Pattern.compile("0|[1-9][0-9]{0,2}");
    private static final Pattern DOMAIN_LABEL =
            Pattern.compile("[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?");
    private static final Pattern UUID_PATTERN =
            Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
    private static final Pattern PATH = Pattern.compile("/[\\x21-\\x7e]{0,1023}");
    private static final int MAX_DOMAIN = 253;
    private static final int MAX_DISPLAY_NAME = 63;
    private static final int MAX_URL = 2048;

    private Syntax() {}

    static boolean isName(String text) {
        return NAME.matcher(text).matches();
    }

    static boolean isTargetName(String text) {
        return TARGET_NAME.matcher(text).matches();
    }

    static boolean isLabel(String text) {
        return LABEL.matcher(text).matches();
    }

    static boolean isIpv4(String text) {
        return IPV4.matcher(text).matches();
    }

    static boolean isUuid(String text) {
        return UUID_PATTERN.matcher(text).matches();
    }

    /** Goes into a request line, hence neither spaces nor control characters. */
    static boolean isPath(String text) {
        return PATH.matcher(text).matches();
    }

    static boolean isDisplayName(String text) {
        return text.codePointCount(0, text.length()) <= MAX_DISPLAY_NAME
                && text.codePoints().allMatch(Syntax::isPrintable);
    }

    private static boolean isPrintable(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL,
                    Character.SURROGATE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR ->
                    false;
            default -> true;
        };
    }

    /** Seconds of a duration; empty where it is none. */
    static Optional<BigDecimal> seconds(String text) {
        return DURATION.matcher(text).matches()
                ? Optional.of(new BigDecimal(text.substring(0, text.length() - 1)))
                : Optional.empty();
    }

    /** A name for SNI; the first label may be {@code *}. */
    static boolean isDomain(String text) {
        var name = text.startsWith("*.") ? text.substring(2) : text;
        if (name.isEmpty() || text.length() > MAX_DOMAIN) {
            return false;
        }
        for (var label : name.split("\\.", -1)) {
            if (!DOMAIN_LABEL.matcher(label).matches()) {
                return false;
            }
        }
        return !isIpv4(name);
    }

    static boolean isCidr(String text) {
        int slash = text.indexOf('/');
        if (slash < 0) {
            return false;
        }
        var address = text.substring(0, slash);
        var prefix = text.substring(slash + 1);
        if (!PREFIX.matcher(prefix).matches()) {
            return false;
        }
        int bits = Integer.parseInt(prefix);
        return isIpv4(address) ? bits <= 32 : bits <= 128 && isIpv6(address);
    }

    private static boolean isIpv6(String text) {
        if (text.indexOf(':') < 0 || text.indexOf('%') >= 0 || text.indexOf('[') >= 0) {
            return false;
        }
        try {
            var _ = Inet6Address.ofLiteral(text);
            return true;
        } catch (IllegalArgumentException _) {
            return false;
        }
    }

    static boolean isHttpUrl(String text) {
        try {
            var url = new URI(text);
            return text.length() <= MAX_URL
                    && ("http".equals(url.getScheme()) || "https".equals(url.getScheme()))
                    && url.getHost() != null;
        } catch (URISyntaxException _) {
            return false;
        }
    }
}
