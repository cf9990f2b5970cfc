package dev.plimsoll.agent.app.push;

import dev.plimsoll.agent.protocol.ObservabilityConfig;
import dev.plimsoll.agent.protocol.ObservabilityConfig.PushTarget;
import dev.plimsoll.agent.protocol.PushAccess;
import dev.plimsoll.agent.protocol.PushReport;
import dev.plimsoll.agent.protocol.PushReport.Kind;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who is pushed to at present: those that the configuration in force names, once it is known with
 * what. Targets come with the document, access to them beside it, in either order.
 */
public final class Pushes {
    private static final Logger log = LoggerFactory.getLogger(Pushes.class);

    private final PushFile file;
    private final PushMeters meters = new PushMeters();
    private final Map<Kind, Pusher> pushers = new EnumMap<>(Kind.class);
    private @Nullable ObservabilityConfig targets;
    private @Nullable PushAccess access;
    private @Nullable Feeds feeds;
    private @Nullable HttpPush http;
    private Runnable onNews = () -> {};

    /** Makes a feed for who is pushed to anew. */
    public interface Feeds {
        Feed of(Kind kind);
    }

    public Pushes(PushFile file) {
        this.file = file;
    }

    public PushMeters meters() {
        return meters;
    }

    /**
     * From here on, and not before, anything is pushed.
     *
     * @param told whenever {@link #reports} has changed; on any thread
     */
    public synchronized void start(Feeds all, Runnable told) {
        feeds = all;
        onNews = told;
        follow();
    }

    /** A configuration is in force. */
    public synchronized void onConfig(@Nullable ObservabilityConfig named) {
        boolean isOver = named == null && targets != null;
        targets = named;
        if (access == null && named != null) {
            access = file.read().orElse(null);
        } else {
            keep();
        }
        follow();
        if (isOver) {
            onNews.run();
        }
    }

    public synchronized void onAccess(PushAccess given) {
        if (!given.equals(access)) {
            access = given;
            keep();
            follow();
        }
    }

    /** On disk as long as it is of use. */
    private void keep() {
        if (targets == null) {
            file.delete();
        } else if (access != null) {
            file.write(access);
        }
    }

    /** How each goes. */
    public synchronized List<PushReport> reports() {
        return pushers.values().stream().map(Pusher::report).toList();
    }

    private void follow() {
        for (var kind : Kind.values()) {
            follow(kind, aim(kind));
        }
        var idle = http;
        if (pushers.isEmpty() && idle != null) {
            idle.close();
            http = null;
        }
    }

    private void follow(Kind kind, @Nullable Aim aim) {
        var present = pushers.get(kind);
        if (present != null && aim != null && present.aim().isFor(aim)) {
            present.aim(aim);
            return;
        }
        if (present != null) {
            present.stop();
            pushers.remove(kind);
        }
        var source = feeds;
        if (aim != null && source != null) {
            pushers.put(kind, Pusher.start(kind, source.of(kind), client(), meters, aim, onNews));
        }
    }

    private HttpPush client() {
        var present = Objects.requireNonNullElseGet(http, HttpPush::new);
        http = present;
        return present;
    }

    private @Nullable Aim aim(Kind kind) {
        var named = targets == null ? null : target(targets, kind);
        var with = access;
        if (named == null || with == null) {
            return null;
        }
        try {
            return Aim.of(named.url(), named.credentialsRef(), with);
        } catch (IllegalArgumentException e) {
            log.atWarn()
                    .addKeyValue("kind", kind)
                    .addKeyValue("cause", e.getMessage())
                    .log("Nobody to push to");
            return null;
        }
    }

    private static @Nullable PushTarget target(ObservabilityConfig all, Kind kind) {
        return switch (kind) {
            case METRICS -> all.metrics();
            case LOGS -> all.logs();
        };
    }
}
