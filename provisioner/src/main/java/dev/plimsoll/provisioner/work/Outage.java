package dev.plimsoll.provisioner.work;

import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says once that something that is tried again and again has begun to fail, and once that it works.
 */
public final class Outage {
    private static final Logger LOG = LoggerFactory.getLogger(Outage.class);

    private final String what;
    private final AtomicBoolean going = new AtomicBoolean();

    public Outage(String what) {
        this.what = what;
    }

    public void began(Exception cause) {
        if (going.compareAndSet(false, true)) {
            LOG.atWarn().addKeyValue("what", what).setCause(cause).log("Fails; trying again");
        }
    }

    public void over() {
        if (going.compareAndSet(true, false)) {
            LOG.atInfo().addKeyValue("what", what).log("Works again");
        }
    }
}
