package dev.plimsoll.api.price;

import java.math.BigDecimal;

/**
 * How decimal numbers are written: exact, without zeros that mean nothing, never with an exponent.
 */
public final class Decimal {
    private Decimal() {}

    public static String of(BigDecimal number) {
        return number.stripTrailingZeros().toPlainString();
    }
}
