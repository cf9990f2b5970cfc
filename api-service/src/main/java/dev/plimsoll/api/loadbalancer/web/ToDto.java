package dev.plimsoll.api.loadbalancer.web;

import dev.plimsoll.api.loadbalancer.LoadBalancerView;
import dev.plimsoll.api.loadbalancer.Status;
import dev.plimsoll.api.loadbalancer.spec.HealthCheckSpec;
import dev.plimsoll.api.loadbalancer.spec.ListenerSpec;
import dev.plimsoll.api.loadbalancer.spec.LoadBalancerSpec;
import dev.plimsoll.api.loadbalancer.spec.NetworkSpec;
import dev.plimsoll.api.loadbalancer.spec.OptionsSpec;
import dev.plimsoll.api.loadbalancer.spec.TargetPoolSpec;
import dev.plimsoll.openapi.model.*;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** To what is answered: members that were not given, and errors where there are none, stay out. */
public final class ToDto {
    private ToDto() {}

    static LoadBalancerDto loadBalancer(LoadBalancerView view) {
        var spec = view.spec();
        return new LoadBalancerDto()
                .name(view.name())
                .version(view.version())
                .region(view.region())
                .status(LoadBalancerDto.StatusEnum.fromValue("STATUS_" + view.status().kind()))
                .errors(errors(view.status()))
                .planId(spec.planId())
                .externalAddress(view.externalAddress())
                .privateAddress(view.privateAddress())
                .listeners(each(spec.listeners(), ToDto::listener))
                .targetPools(each(spec.targetPools(), ToDto::targetPool))
                .networks(each(spec.networks(), ToDto::network))
                .options(map(spec.options(), ToDto::options))
                .labels(spec.labels())
                .disableTargetSecurityGroupAssignment(spec.disableTargetSecurityGroupAssignment())
                .targetSecurityGroup(group(view.targetSecurityGroup()))
                .loadBalancerSecurityGroup(group(view.loadBalancerSecurityGroup()));
    }

    static SpecificationDto specification(String name, String region, LoadBalancerSpec spec) {
        return new SpecificationDto()
                .name(name)
                .region(region)
                .planId(spec.planId())
                .externalAddress(spec.externalAddress())
                .listeners(each(spec.listeners(), ToDto::listener))
                .targetPools(each(spec.targetPools(), ToDto::targetPool))
                .networks(each(spec.networks(), ToDto::network))
                .options(map(spec.options(), ToDto::options))
                .labels(spec.labels())
                .disableTargetSecurityGroupAssignment(spec.disableTargetSecurityGroupAssignment());
    }

    public static @Nullable List<LoadBalancerErrorDto> errors(Status status) {
        return map(
                status.fault(),
                fault ->
                        List.of(
                                new LoadBalancerErrorDto(
                                        LoadBalancerErrorDto.TypeEnum.fromValue(fault.type()),
                                        fault.description())));
    }

    static TargetPoolDto targetPool(TargetPoolSpec pool) {
        return new TargetPoolDto()
                .name(pool.name())
                .targetPort(pool.targetPort())
                .targets(
                        each(
                                pool.targets(),
                                it -> new TargetDto().displayName(it.displayName()).ip(it.ip())))
                .sessionPersistence(
                        map(
                                pool.sessionPersistence(),
                                it ->
                                        new SessionPersistenceDto()
                                                .useSourceIpAddress(it.useSourceIpAddress())))
                .activeHealthCheck(map(pool.activeHealthCheck(), ToDto::healthCheck));
    }

    private static SecurityGroupDto group(LoadBalancerView.Group group) {
        return new SecurityGroupDto(group.id().toString(), group.name());
    }

    private static ListenerDto listener(ListenerSpec listener) {
        return new ListenerDto()
                .displayName(listener.displayName())
                .name(listener.displayName())
                .port(listener.port())
                .protocol(
                        map(
                                listener.protocol(),
                                it -> ListenerDto.ProtocolEnum.fromValue(it.name())))
                .targetPool(listener.targetPool())
                .serverNameIndicators(
                        map(
                                listener.serverNameIndicators(),
                                names ->
                                        each(
                                                names,
                                                it ->
                                                        new ServerNameIndicatorDto()
                                                                .name(it.name()))))
                .tcp(map(listener.tcp(), it -> new OptionsTCPDto().idleTimeout(it.idleTimeout())))
                .udp(map(listener.udp(), it -> new OptionsUDPDto().idleTimeout(it.idleTimeout())));
    }

    private static ActiveHealthCheckDto healthCheck(HealthCheckSpec check) {
        return new ActiveHealthCheckDto()
                .healthyThreshold(check.healthyThreshold())
                .unhealthyThreshold(check.unhealthyThreshold())
                .interval(check.interval())
                .intervalJitter(check.intervalJitter())
                .timeout(check.timeout())
                .altPort(check.altPort())
                .httpHealthChecks(map(check.httpHealthChecks(), ToDto::http));
    }

    private static HttpHealthChecksDto http(HealthCheckSpec.Http http) {
        return new HttpHealthChecksDto()
                .path(http.path())
                .okStatuses(http.okStatuses())
                .tls(
                        map(
                                http.tls(),
                                it ->
                                        new TlsConfigDto()
                                                .enabled(it.enabled())
                                                .skipCertificateValidation(
                                                        it.skipCertificateValidation())
                                                .customCa(it.customCa())));
    }

    private static NetworkDto network(NetworkSpec network) {
        return new NetworkDto()
                .networkId(network.networkId())
                .role(map(network.role(), it -> NetworkDto.RoleEnum.fromValue(it.name())));
    }

    private static LoadBalancerOptionsDto options(OptionsSpec options) {
        return new LoadBalancerOptionsDto()
                .privateNetworkOnly(options.privateNetworkOnly())
                .ephemeralAddress(options.ephemeralAddress())
                .accessControl(
                        map(
                                options.accessControl(),
                                it ->
                                        new LoadbalancerOptionAccessControlDto()
                                                .allowedSourceRanges(it.allowedSourceRanges())))
                .observability(map(options.observability(), ToDto::observability));
    }

    private static LoadbalancerOptionObservabilityDto observability(OptionsSpec.Observability it) {
        return new LoadbalancerOptionObservabilityDto()
                .logs(
                        map(
                                it.logs(),
                                push ->
                                        new LoadbalancerOptionLogsDto()
                                                .credentialsRef(push.credentialsRef())
                                                .pushUrl(push.pushUrl())))
                .metrics(
                        map(
                                it.metrics(),
                                push ->
                                        new LoadbalancerOptionMetricsDto()
                                                .credentialsRef(push.credentialsRef())
                                                .pushUrl(push.pushUrl())));
    }

    private static <S, D> List<D> each(List<S> list, Function<S, D> map) {
        return list.stream().map(map).toList();
    }

    private static <S, D> @Nullable D map(@Nullable S value, Function<S, D> map) {
        return value == null ? null : map.apply(value);
    }
}
