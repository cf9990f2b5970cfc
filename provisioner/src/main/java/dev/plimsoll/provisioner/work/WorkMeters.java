package dev.plimsoll.provisioner.work;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;

final class WorkMeters {
    final Timer reconcile;
    final Counter retries;
    final Counter failures;
    final Counter leasesLost;
    private volatile int queued;
    private volatile int late;
    private volatile double oldestSeconds;
    private volatile int held;

    WorkMeters(MeterRegistry registry) {
        reconcile =
                Timer.builder("plimsoll.reconcile")
                        .description("One look at a load balancer, with the steps taken")
                        .publishPercentileHistogram()
                        .maximumExpectedValue(Duration.ofSeconds(60))
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
        Gauge.builder("plimsoll.work.queued", this, meters -> meters.queued)
                .description("Load balancers that wait to be looked at, or are")
                .register(registry);
        Gauge.builder("plimsoll.work.oldest", this, meters -> meters.oldestSeconds)
                .description("How long the first one that is due has waited for a worker")
                .baseUnit("seconds")
                .register(registry);
        Gauge.builder("plimsoll.work.leases.held", this, meters -> meters.held)
                .description("Load balancers in work here")
                .register(registry);
        Gauge.builder("plimsoll.work.late", this, meters -> meters.late)
                .description("Load balancers that are not as they should be for 30 s or more")
                .register(registry);
    }

    void queued(int rows, int lateRows, Duration oldest) {
        queued = rows;
        late = lateRows;
        oldestSeconds = oldest.toMillis() / 1e3;
    }

    void held(int leases) {
        held = leases;
    }
}
