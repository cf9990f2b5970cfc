package dev.plimsoll.agent.app.push;

import dev.plimsoll.agent.protocol.PushReport.Kind;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;

/** What became of pushes since the agent began. */
public final class PushMeters {
    private final Map<Kind, LongAdder> taken = adders();
    private final Map<Kind, LongAdder> failed = adders();
    private final Map<Kind, LongAdder> dropped = adders();

    private static Map<Kind, LongAdder> adders() {
        var adders = new EnumMap<Kind, LongAdder>(Kind.class);
        for (var kind : Kind.values()) {
            adders.put(kind, new LongAdder());
        }
        return adders;
    }

    void pushed(Kind kind, boolean isTaken) {
        of(isTaken ? taken : failed, kind).increment();
    }

    void dropped(Kind kind, long items) {
        of(dropped, kind).add(items);
    }

    public long taken(Kind kind) {
        return of(taken, kind).sum();
    }

    public long failed(Kind kind) {
        return of(failed, kind).sum();
    }

    /** Samples or records that nobody will get. */
    public long dropped(Kind kind) {
        return of(dropped, kind).sum();
    }

    private static LongAdder of(Map<Kind, LongAdder> adders, Kind kind) {
        return Objects.requireNonNull(adders.get(kind));
    }

    static String label(Kind kind) {
        return kind.name().toLowerCase(Locale.ROOT);
    }
}
