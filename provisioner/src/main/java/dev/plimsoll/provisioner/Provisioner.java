package dev.plimsoll.provisioner;

import dev.plimsoll.provisioner.ca.CertificateAuthority;
import dev.plimsoll.provisioner.ca.Enrolments;
import dev.plimsoll.provisioner.ca.Rotation;
import dev.plimsoll.provisioner.driver.local.LocalDriver;
import dev.plimsoll.provisioner.driver.netns.NetnsDriver;
import dev.plimsoll.provisioner.driver.simulated.SimulatedDriver;
import dev.plimsoll.provisioner.gateway.Gateway;
import dev.plimsoll.provisioner.gateway.GatewayBootstraps;
import dev.plimsoll.provisioner.machine.Brake;
import dev.plimsoll.provisioner.machine.FilterAnswers;
import dev.plimsoll.provisioner.machine.Janitor;
import dev.plimsoll.provisioner.machine.MachineDriver;
import dev.plimsoll.provisioner.machine.PunctualDriver;
import dev.plimsoll.provisioner.push.PushCredentials;
import dev.plimsoll.provisioner.reconcile.LoadBalancerReconciler;
import dev.plimsoll.provisioner.reconcile.PlanAnswers;
import dev.plimsoll.provisioner.work.FirstPass;
import dev.plimsoll.provisioner.work.WorkLoop;
import dev.plimsoll.provisioner.work.WorkQueue;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.InstantSource;
import java.util.Map;
import javax.sql.DataSource;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;

/**
 * The provisioner's parts and how they hang together. May share a context with others: needs a
 * {@link DataSource} with a migrated schema, takes a {@link MeterRegistry} if there is one, and
 * brings no transaction manager along.
 */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
@EnableConfigurationProperties(ProvisionerSettings.class)
public class Provisioner {
    private final InstantSource clock = InstantSource.system();
    private final MeterRegistry registry;

    Provisioner(ObjectProvider<MeterRegistry> registries) {
        this.registry = registries.getIfUnique(SimpleMeterRegistry::new);
    }

    public static void main(String[] arguments) {
        var application = new SpringApplication(Provisioner.class, OwnProcess.class);
        application.setWebApplicationType(WebApplicationType.NONE);
        application.setDefaultProperties(
                Map.of("spring.config.name", "provisioner", "spring.main.keep-alive", "true"));
        application.run(arguments);
    }

    @Bean(destroyMethod = "")
    WorkQueue provisionerWorkQueue(DataSource database, ProvisionerSettings settings) {
        return new WorkQueue(database, settings.instance(), settings.work());
    }

    @Bean
    FirstPass provisionerFirstPass(ProvisionerSettings settings) {
        return new FirstPass(clock, settings.work().firstPassPatience());
    }

    @Bean
    CertificateAuthority provisionerCertificateAuthority(
            DataSource database, ProvisionerSettings settings) {
        return new CertificateAuthority(database, settings.secretKeyFile(), settings.ca(), clock);
    }

    @Bean
    Enrolments provisionerEnrolments(
            DataSource database, CertificateAuthority authority, ProvisionerSettings settings) {
        return new Enrolments(database, authority, settings.ca(), registry, clock);
    }

    @Bean
    PushCredentials provisionerPushCredentials(DataSource database, ProvisionerSettings settings) {
        return new PushCredentials(
                database,
                settings.secretKeyFile(),
                settings.olderSecretKeyFiles(),
                settings.push());
    }

    @Bean(destroyMethod = "")
    Gateway provisionerGateway(
            DataSource database,
            WorkQueue queue,
            CertificateAuthority authority,
            Enrolments enrolments,
            PushCredentials credentials,
            ProvisionerSettings settings) {
        return new Gateway(
                settings.gateway(),
                settings.instance(),
                database,
                queue,
                authority,
                enrolments,
                credentials,
                registry,
                clock);
    }

    @Bean
    MachineDriver provisionerMachines(
            Enrolments enrolments, Gateway gateway, ProvisionerSettings settings) {
        var bootstraps = new GatewayBootstraps(enrolments, gateway::endpoint);
        return switch (settings.driver()) {
            case LOCAL -> new LocalDriver(settings.local(), bootstraps);
            case NETNS -> prepared(new NetnsDriver(settings.netns(), bootstraps));
            case SIMULATED -> new SimulatedDriver(settings.simulated(), bootstraps, clock);
        };
    }

    private static MachineDriver prepared(NetnsDriver driver) {
        try {
            driver.prepare();
            return driver;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Bean(destroyMethod = "")
    @Primary
    PunctualDriver provisionerMachineDriver(
            @Qualifier("provisionerMachines") MachineDriver machines,
            ProvisionerSettings settings) {
        return new PunctualDriver(machines, settings.driverDeadline(), registry);
    }

    @Bean(destroyMethod = "")
    WorkLoop provisionerWorkLoop(
            DataSource database,
            WorkQueue queue,
            MachineDriver driver,
            FirstPass firstPass,
            PushCredentials credentials,
            ProvisionerSettings settings) {
        var reconciler =
                new LoadBalancerReconciler(
                        database,
                        queue,
                        driver,
                        settings.moves(),
                        settings.brake(),
                        credentials,
                        clock);
        return new WorkLoop(queue, reconciler, settings.work(), registry, firstPass);
    }

    @Bean(destroyMethod = "")
    Janitor provisionerJanitor(
            DataSource database, MachineDriver driver, ProvisionerSettings settings) {
        return new Janitor(driver, database, settings.janitor(), registry);
    }

    @Bean(destroyMethod = "")
    Brake provisionerBrake(DataSource database, ProvisionerSettings settings) {
        return new Brake(database, settings.brake(), registry);
    }

    @Bean(destroyMethod = "")
    Rotation provisionerAuthorityRotation(
            DataSource database, CertificateAuthority authority, ProvisionerSettings settings) {
        return new Rotation(database, authority, settings.ca(), clock);
    }

    @Bean
    FilterAnswers provisionerFilterAnswers(DataSource database, MachineDriver driver) {
        return new FilterAnswers(database, driver, registry);
    }

    @Bean
    PlanAnswers provisionerPlanAnswers(
            DataSource database, MachineDriver driver, ProvisionerSettings settings) {
        return new PlanAnswers(
                database, driver, settings.moves(), settings.brake(), clock, registry);
    }

    @Bean
    ProvisionerLifecycle provisionerLifecycle(
            DataSource database,
            WorkQueue queue,
            CertificateAuthority authority,
            Rotation rotation,
            Gateway gateway,
            MachineDriver driver,
            WorkLoop loop,
            Janitor janitor,
            Brake brake,
            FilterAnswers filters,
            PlanAnswers plans,
            FirstPass firstPass) {
        return new ProvisionerLifecycle(
                database, queue, authority, rotation, gateway, driver, loop, janitor, brake,
                filters, plans, firstPass);
    }
}
