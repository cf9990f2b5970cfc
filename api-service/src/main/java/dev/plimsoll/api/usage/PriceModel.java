package dev.plimsoll.api.usage;

/** How a project pays. */
public enum PriceModel {
    PAY_AS_YOU_GO(Long.MAX_VALUE),
    PREPAID(720 * 3600L);

    private final long secondsOfAMonth;

    PriceModel(long secondsOfAMonth) {
        this.secondsOfAMonth = secondsOfAMonth;
    }

    /** For how long, at most, one load balancer is charged in a calendar month. */
    long secondsOfAMonth() {
        return secondsOfAMonth;
    }
}
