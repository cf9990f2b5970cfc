package dev.plimsoll.provisioner.gateway;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A queue with limits on letters and characters. Full means that an offer is refused. Closing
 * throws away what is in it: an agent says everything again in its next stream.
 */
final class Mailbox {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final ArrayDeque<Mail> letters = new ArrayDeque<>();
    private final int maxLetters;
    private final long maxChars;
    private long chars;
    private boolean isClosed;

    Mailbox(int maxLetters, long maxChars) {
        this.maxLetters = maxLetters;
        this.maxChars = maxChars;
    }

    /** True when closed: nothing is lost that anybody still wants. */
    boolean offer(Mail mail) {
        lock.lock();
        try {
            if (isClosed) {
                return true;
            }
            if (letters.size() >= maxLetters || chars + mail.chars() > maxChars) {
                return false;
            }
            letters.add(mail);
            chars += mail.chars();
            changed.signalAll();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Waits; null once closed. */
    @Nullable Mail take() throws InterruptedException {
        lock.lock();
        try {
            while (letters.isEmpty() && !isClosed) {
                changed.await();
            }
            if (isClosed) {
                return null;
            }
            var mail = letters.remove();
            chars -= mail.chars();
            return mail;
        } finally {
            lock.unlock();
        }
    }

    void close() {
        lock.lock();
        try {
            isClosed = true;
            letters.clear();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** True as soon as it is closed, false after the time. */
    boolean awaitClosed(Duration atMost) throws InterruptedException {
        lock.lock();
        try {
            var nanos = atMost.toNanos();
            while (!isClosed && nanos > 0) {
                nanos = changed.awaitNanos(nanos);
            }
            return isClosed;
        } finally {
            lock.unlock();
        }
    }
}
