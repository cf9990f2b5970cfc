package dev.plimsoll.provisioner.work;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;

final class WorkMeters {
    final Timer reconcile;
    final Counter retries;
    final Counter failures;
    final Counter leasesLost;
    private volatile int queued;
    private volatile int late;

    WorkMeters(MeterRegistry registry) {
        reconcile =
                Timer.builder("plimsoll.reconcile")
                        .description("One look at a load balancer, with the steps taken")
                        .publishPercentileHistogram()
                        .register(registry);
        retries =
                Counter.builder("plimsoll.reconcile.retries")
                        .description("Looks that ended with something to wait for")
                        .register(registry);
        failures =
                Counter.builder("plimsoll.reconcile.failures")
                        .description("Looks that ended with an unexpected error")
                        .register(registry);
        leasesLost =
                Counter.builder("plimsoll.work.leases.lost")
                        .description("Looks given up because the lease had gone")
                        .register(registry);
        registry.gauge("plimsoll.work.queued", this, meters -> meters.queued);
        Gauge.builder("plimsoll.work.late", this, meters -> meters.late)
                .description("Load balancers that are not as they should be for 30 s or more")
                .register(registry);
    }

    void queued(int rows, int lateRows) {
        queued = rows;
        late = lateRows;
    }
}
