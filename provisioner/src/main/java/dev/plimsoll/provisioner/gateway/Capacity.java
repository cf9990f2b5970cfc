package dev.plimsoll.provisioner.gateway;

import com.sun.management.UnixOperatingSystemMXBean;
import io.netty.channel.Channel;
import java.lang.management.ManagementFactory;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many connections a gateway has at one time. Whoever comes when it is full is turned away, and
 * dials another one: the process's last descriptors are for the database, and for those who ask
 * what is wrong.
 */
final class Capacity {
    /** Of the process's descriptors: the database's, the API's where it is the same process. */
    private static final int FOR_OTHERS = 600;

    private final int most;
    private final AtomicInteger open = new AtomicInteger();

    /**
     * @param most 0 for what the process's descriptors allow
     */
    Capacity(int most) {
        this.most = most == 0 ? ofDescriptors(descriptors()) : most;
    }

    static int ofDescriptors(long limit) {
        return (int) Math.min(Integer.MAX_VALUE, Math.max(limit - FOR_OTHERS, limit / 2));
    }

    /** False where it is full; else the connection counts until it is closed. Any thread. */
    boolean admits(Channel connection) {
        if (open.incrementAndGet() > most) {
            open.decrementAndGet();
            return false;
        }
        connection.closeFuture().addListener(_ -> open.decrementAndGet());
        return true;
    }

    private static long descriptors() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean os
                ? os.getMaxFileDescriptorCount()
                : Integer.MAX_VALUE;
    }
}
