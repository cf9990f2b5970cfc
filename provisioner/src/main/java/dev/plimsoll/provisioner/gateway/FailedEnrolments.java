package dev.plimsoll.provisioner.gateway;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Enrolments that failed, for each address (for each /64 of IPv6) that they came from. One that had
 * too many in a while is not listened to until some time has passed.
 */
final class FailedEnrolments {
    private static final int IPV6_NETWORK_BYTES = 8;

    private final GatewaySettings.Failures settings;
    private final LongSupplier nanoTime;
    private final Map<String, Bucket> buckets;

    FailedEnrolments(GatewaySettings.Failures settings, LongSupplier nanoTime) {
        this.settings = settings;
        this.nanoTime = nanoTime;
        this.buckets = bounded(settings.maxAddresses());
    }

    private static final class Bucket {
        private double left;
        private long atNanos;
    }

    /** The address that was silent for longest is forgotten first. */
    private static Map<String, Bucket> bounded(int most) {
        return new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Bucket> eldest) {
                return size() > most;
            }
        };
    }

    synchronized boolean areTooMany(@Nullable InetSocketAddress from) {
        var bucket = buckets.get(network(from));
        return bucket != null && refilled(bucket).left < 1;
    }

    synchronized void add(@Nullable InetSocketAddress from) {
        var bucket = buckets.computeIfAbsent(network(from), _ -> full());
        refilled(bucket).left -= 1;
    }

    synchronized int addresses() {
        return buckets.size();
    }

    private Bucket full() {
        var bucket = new Bucket();
        bucket.left = settings.burst();
        bucket.atNanos = nanoTime.getAsLong();
        return bucket;
    }

    private Bucket refilled(Bucket bucket) {
        var now = nanoTime.getAsLong();
        var minutes = (now - bucket.atNanos) / (double) Duration.ofMinutes(1).toNanos();
        bucket.left = Math.min(settings.burst(), bucket.left + minutes * settings.perMinute());
        bucket.atNanos = now;
        return bucket;
    }

    private static String network(@Nullable InetSocketAddress from) {
        InetAddress address = from == null ? null : from.getAddress();
        if (address == null) {
            return "";
        }
        var bytes = address.getAddress();
        var significant =
                bytes.length > IPV6_NETWORK_BYTES
                        ? Arrays.copyOf(bytes, IPV6_NETWORK_BYTES)
                        : bytes;
        return HexFormat.of().formatHex(significant);
    }
}
