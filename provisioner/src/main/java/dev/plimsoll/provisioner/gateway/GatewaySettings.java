package dev.plimsoll.provisioner.gateway;

import java.time.Duration;
import org.springframework.boot.context.properties.bind.DefaultValue;

/** Keys are explained in {@code provisioner.yaml}. */
public record GatewaySettings(
        @DefaultValue("127.0.0.1") String bind,
        @DefaultValue("127.0.0.1") String host,
        @DefaultValue("0") int port,
        @DefaultValue("5s") Duration ping,
        @DefaultValue("15s") Duration silence,
        @DefaultValue("1s") Duration beat,
        @DefaultValue("5s") Duration lifetime,
        @DefaultValue("1000") int reportsPerSecond,
        @DefaultValue("0") int mostConnections,
        @DefaultValue("1s") Duration heartbeats,
        @DefaultValue("10s") Duration missedPushes,
        @DefaultValue("256") int mailbox,
        @DefaultValue("16777216") long mailboxChars,
        @DefaultValue("4") int databaseCalls,
        @DefaultValue("30s") Duration orderOutlivesStream,
        @DefaultValue("500ms") Duration firstRepush,
        @DefaultValue("15s") Duration maxRepush,
        @DefaultValue Failures enrolmentFailures) {

    /** How many enrolments of one address may fail. */
    public record Failures(
            @DefaultValue("60") int burst,
            @DefaultValue("60") int perMinute,
            @DefaultValue("10000") int maxAddresses) {
        public Failures {
            if (burst < 1 || perMinute < 1 || maxAddresses < 1) {
                throw new IllegalArgumentException(
                        "plimsoll.provisioner.gateway.enrolment-failures: burst, per-minute and"
                                + " max-addresses must be positive");
            }
        }
    }

    public GatewaySettings {
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException(
                    "plimsoll.provisioner.gateway.port cannot be " + port);
        }
        if (beat.toMillis() < 10 || lifetime.compareTo(beat.multipliedBy(3)) < 0) {
            throw new IllegalArgumentException(
                    "plimsoll.provisioner.gateway: a lifetime of %s is less than three beats of %s"
                            .formatted(lifetime, beat));
        }
        if (orderOutlivesStream.isNegative()) {
            throw new IllegalArgumentException(
                    "plimsoll.provisioner.gateway.order-outlives-stream cannot be "
                            + orderOutlivesStream);
        }
        if (reportsPerSecond < 1) {
            throw new IllegalArgumentException(
                    "plimsoll.provisioner.gateway.reports-per-second must be positive");
        }
        if (mostConnections < 0) {
            throw new IllegalArgumentException(
                    "plimsoll.provisioner.gateway.most-connections cannot be " + mostConnections);
        }
        if (mailbox < 1 || mailboxChars < 1 || databaseCalls < 1) {
            throw new IllegalArgumentException(
                    "plimsoll.provisioner.gateway: mailbox, mailbox-chars and database-calls must"
                            + " be positive");
        }
    }
}
