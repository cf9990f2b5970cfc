package dev.plimsoll.provisioner;

import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What the provisioner has where it shares its process with nobody. */
@Configuration(proxyBeanMethods = false)
class OwnProcess {
    @Bean
    PrometheusMeterRegistry provisionerMeters() {
        var registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        return registry;
    }

    @Bean
    JvmGcMetrics provisionerGcMeters(PrometheusMeterRegistry registry) {
        var collections = new JvmGcMetrics();
        collections.bindTo(registry);
        return collections;
    }

    @Bean
    ManagementServer provisionerManagement(
            ProvisionerSettings settings, PrometheusMeterRegistry registry) {
        return ManagementServer.start(settings.management(), registry);
    }
}
