package dev.plimsoll.provisioner.gateway;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells agents the pace that as many as there are now can keep. */
final class Pacing {
    private static final Logger LOG = LoggerFactory.getLogger(Pacing.class);

    private final Sessions sessions;
    private final int reportsPerSecond;
    private volatile Pace pace = Pace.FASTEST;

    Pacing(Sessions sessions, int reportsPerSecond) {
        this.sessions = sessions;
        this.reportsPerSecond = reportsPerSecond;
    }

    /** To be called every now and then, by one thread. */
    void follow() {
        var next = pace.next(sessions.size(), reportsPerSecond);
        if (!next.equals(pace)) {
            pace = next;
            LOG.atInfo()
                    .addKeyValue("streams", sessions.size())
                    .addKeyValue("every", next.every())
                    .log("Another pace for agents' heartbeats");
            sessions.all().forEach(this::tell);
        }
    }

    /** Any thread. */
    void tell(Session session) {
        Pace told;
        do {
            told = pace;
            session.keep(told);
        } while (!told.equals(pace));
    }
}
