package dev.plimsoll.agent.engine;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Which flows somebody wants to see. The newest come first: by when they were accepted as long as
 * they are open, else by when they ended.
 *
 * @param clients a CIDR block or an address; null for all
 * @param targetPort 0 for all
 * @param listener null for all
 * @param sinceEpochMillis those that are older are not wanted
 * @param before where an earlier answer ended; null for the newest
 * @param most to be answered
 */
public record FlowQuery(
        @Nullable String clients,
        @Nullable InetAddress target,
        int targetPort,
        @Nullable String listener,
        long sinceEpochMillis,
        @Nullable Place before,
        int most) {

    /** Of a flow in the order of answers. */
    public record Place(long epochMillis, String id) {
        boolean isBehind(long otherMillis, UUID other) {
            return epochMillis == otherMillis
                    ? id.compareTo(other.toString()) > 0
                    : epochMillis > otherMillis;
        }
    }

    /** Everything, as much as there is room for. */
    public static FlowQuery all(int most) {
        return new FlowQuery(null, null, 0, null, 0, null, most);
    }

    /**
     * @throws IllegalArgumentException if {@code clients} is neither a block nor an address
     */
    Wanted wanted() {
        return new Wanted(this, SourceRanges.of(clients == null ? List.of() : List.of(clients)));
    }

    /** The question in the form in which many flows are held to it. */
    record Wanted(FlowQuery query, SourceRanges ranges) {

        boolean includes(
                InetSocketAddress client,
                @Nullable InetSocketAddress target,
                @Nullable String listener,
                long epochMillis) {
            return epochMillis >= query.sinceEpochMillis
                    && (query.listener == null || query.listener.equals(listener))
                    && (query.target == null
                            || (target != null && query.target.equals(target.getAddress())))
                    && (query.targetPort == 0
                            || (target != null && query.targetPort == target.getPort()))
                    && ranges.admits(client.getAddress());
        }

        boolean isNext(long epochMillis, UUID id) {
            return query.before == null || query.before.isBehind(epochMillis, id);
        }
    }
}
