package dev.plimsoll.api.notice;

import dev.plimsoll.db.Notifications;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/** Listens for everyone, on one connection. */
@Component
final class Notices implements SmartLifecycle {
    private final DataSource database;
    private final List<NoticeListener> listeners;
    private @Nullable Notifications notifications;

    Notices(DataSource database, List<NoticeListener> listeners) {
        this.database = database;
        this.listeners = listeners;
    }

    @Override
    public synchronized void start() {
        listeners.forEach(NoticeListener::starting);
        var byChannel =
                listeners.stream()
                        .collect(
                                Collectors.toMap(
                                        NoticeListener::channel,
                                        it -> (Consumer<String>) it::heard));
        var started =
                new Notifications(
                        database,
                        byChannel,
                        () -> listeners.forEach(NoticeListener::mayHaveMissed));
        started.start();
        notifications = started;
    }

    @Override
    public synchronized void stop() {
        listeners.forEach(NoticeListener::stopping);
        if (notifications != null) {
            notifications.close();
            notifications = null;
        }
    }

    /** Before the web server waits for requests under way, some of which wait for a notice. */
    @Override
    public int getPhase() {
        return DEFAULT_PHASE - 1;
    }

    @Override
    public synchronized boolean isRunning() {
        return notifications != null;
    }
}
