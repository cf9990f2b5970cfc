package dev.plimsoll.api.http;

import dev.plimsoll.api.ApiSettings;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * The first to stop: keeps serving for a while after readiness has gone down, so that whoever sends
 * requests finds another replica before this one takes no more. Kept connections are given up one
 * by one, with an answer on each.
 */
@Component
final class Leaving implements SmartLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(Leaving.class);

    private final Duration notice;
    private final CountDownLatch never = new CountDownLatch(1);
    private volatile boolean isRunning;
    private volatile boolean isLeaving;

    Leaving(ApiSettings settings) {
        this.notice = settings.leaving();
    }

    boolean hasBegun() {
        return isLeaving;
    }

    @Override
    public void start() {
        isLeaving = false;
        isRunning = true;
    }

    @Override
    public void stop() {
        isLeaving = true;
        isRunning = false;
        if (notice.isZero()) {
            return;
        }
        LOG.atInfo().addKeyValue("notice", notice).log("Leaving: not ready any more");
        try {
            var _ = never.await(notice.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public boolean isRunning() {
        return isRunning;
    }
}
