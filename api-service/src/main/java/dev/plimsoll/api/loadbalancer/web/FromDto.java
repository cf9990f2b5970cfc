package dev.plimsoll.api.loadbalancer.web;

import dev.plimsoll.api.loadbalancer.LoadBalancerDraft;
import dev.plimsoll.api.loadbalancer.spec.HealthCheckSpec;
import dev.plimsoll.api.loadbalancer.spec.ListenerSpec;
import dev.plimsoll.api.loadbalancer.spec.LoadBalancerSpec;
import dev.plimsoll.api.loadbalancer.spec.NetworkSpec;
import dev.plimsoll.api.loadbalancer.spec.OptionsSpec;
import dev.plimsoll.api.loadbalancer.spec.Protocol;
import dev.plimsoll.api.loadbalancer.spec.TargetPoolSpec;
import dev.plimsoll.openapi.model.*;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * From what was sent. Anything may be missing, so nothing is taken for granted here: an element of
 * a list that is null becomes an empty one, for the rules to complain about.
 */
final class FromDto {
    private FromDto() {}

    static LoadBalancerDraft draft(CreateLoadBalancerPayloadDto dto) {
        return new LoadBalancerDraft(
                dto.getName(),
                dto.getVersion(),
                spec(
                        dto.getPlanId(),
                        dto.getExternalAddress(),
                        dto.getListeners(),
                        dto.getTargetPools(),
                        dto.getNetworks(),
                        dto.getOptions(),
                        dto.getLabels(),
                        dto.getDisableTargetSecurityGroupAssignment()));
    }

    static LoadBalancerDraft draft(UpdateLoadBalancerPayloadDto dto) {
        return new LoadBalancerDraft(
                dto.getName(),
                dto.getVersion(),
                spec(
                        dto.getPlanId(),
                        dto.getExternalAddress(),
                        dto.getListeners(),
                        dto.getTargetPools(),
                        dto.getNetworks(),
                        dto.getOptions(),
                        dto.getLabels(),
                        dto.getDisableTargetSecurityGroupAssignment()));
    }

    static TargetPoolSpec targetPool(UpdateTargetPoolPayloadDto dto) {
        return new TargetPoolSpec(
                dto.getName(),
                dto.getTargetPort(),
                each(dto.getTargets(), FromDto::target, TargetDto::new),
                map(dto.getSessionPersistence(), FromDto::persistence),
                map(dto.getActiveHealthCheck(), FromDto::healthCheck));
    }

    private static LoadBalancerSpec spec(
            @Nullable String planId,
            @Nullable String externalAddress,
            @Nullable List<ListenerDto> listeners,
            @Nullable List<TargetPoolDto> targetPools,
            @Nullable List<NetworkDto> networks,
            @Nullable LoadBalancerOptionsDto options,
            @Nullable Map<String, String> labels,
            @Nullable Boolean disableTargetSecurityGroupAssignment) {
        return new LoadBalancerSpec(
                emptyToNull(planId),
                emptyToNull(externalAddress),
                each(listeners, FromDto::listener, ListenerDto::new),
                each(targetPools, FromDto::targetPool, TargetPoolDto::new),
                each(networks, FromDto::network, NetworkDto::new),
                map(options, FromDto::options),
                map(labels, FromDto::labels),
                disableTargetSecurityGroupAssignment);
    }

    private static ListenerSpec listener(ListenerDto dto) {
        return new ListenerSpec(
                dto.getDisplayName(),
                dto.getPort(),
                map(dto.getProtocol(), protocol -> Protocol.valueOf(protocol.name())),
                dto.getTargetPool(),
                each(
                        dto.getServerNameIndicators(),
                        name -> new ListenerSpec.ServerName(name.getName()),
                        ServerNameIndicatorDto::new),
                map(dto.getTcp(), tcp -> new ListenerSpec.IdleTimeout(tcp.getIdleTimeout())),
                map(dto.getUdp(), udp -> new ListenerSpec.IdleTimeout(udp.getIdleTimeout())));
    }

    private static TargetPoolSpec targetPool(TargetPoolDto dto) {
        return new TargetPoolSpec(
                dto.getName(),
                dto.getTargetPort(),
                each(dto.getTargets(), FromDto::target, TargetDto::new),
                map(dto.getSessionPersistence(), FromDto::persistence),
                map(dto.getActiveHealthCheck(), FromDto::healthCheck));
    }

    private static TargetPoolSpec.Target target(TargetDto dto) {
        return new TargetPoolSpec.Target(dto.getDisplayName(), dto.getIp());
    }

    private static TargetPoolSpec.SessionPersistence persistence(SessionPersistenceDto dto) {
        return new TargetPoolSpec.SessionPersistence(dto.getUseSourceIpAddress());
    }

    private static HealthCheckSpec healthCheck(ActiveHealthCheckDto dto) {
        return new HealthCheckSpec(
                dto.getHealthyThreshold(),
                dto.getUnhealthyThreshold(),
                dto.getInterval(),
                dto.getIntervalJitter(),
                dto.getTimeout(),
                dto.getAltPort(),
                map(dto.getHttpHealthChecks(), FromDto::http));
    }

    private static HealthCheckSpec.Http http(HttpHealthChecksDto dto) {
        return new HealthCheckSpec.Http(
                dto.getPath(),
                strings(dto.getOkStatuses()),
                map(
                        dto.getTls(),
                        tls ->
                                new HealthCheckSpec.Tls(
                                        tls.getEnabled(),
                                        tls.getSkipCertificateValidation(),
                                        tls.getCustomCa())));
    }

    private static NetworkSpec network(NetworkDto dto) {
        return new NetworkSpec(
                dto.getNetworkId(),
                map(dto.getRole(), role -> NetworkSpec.Role.valueOf(role.name())));
    }

    private static OptionsSpec options(LoadBalancerOptionsDto dto) {
        return new OptionsSpec(
                dto.getPrivateNetworkOnly(),
                dto.getEphemeralAddress(),
                map(
                        dto.getAccessControl(),
                        it -> new OptionsSpec.AccessControl(strings(it.getAllowedSourceRanges()))),
                map(dto.getObservability(), FromDto::observability));
    }

    private static OptionsSpec.Observability observability(LoadbalancerOptionObservabilityDto dto) {
        return new OptionsSpec.Observability(
                map(
                        dto.getLogs(),
                        it -> new OptionsSpec.Push(it.getCredentialsRef(), it.getPushUrl())),
                map(
                        dto.getMetrics(),
                        it -> new OptionsSpec.Push(it.getCredentialsRef(), it.getPushUrl())));
    }

    /** A label that is null is not there. */
    private static Map<String, String> labels(Map<String, String> sent) {
        var labels = new LinkedHashMap<>(sent);
        labels.values().removeIf(Objects::isNull);
        return labels;
    }

    private static @Nullable List<String> strings(@Nullable List<String> list) {
        return list == null ? null : list.stream().map(it -> it == null ? "" : it).toList();
    }

    private static @Nullable String emptyToNull(@Nullable String text) {
        return text == null || text.isEmpty() ? null : text;
    }

    private static <D, S> List<S> each(
            @Nullable List<D> list, Function<D, S> map, java.util.function.Supplier<D> empty) {
        return list == null
                ? List.of()
                : list.stream().map(it -> map.apply(it == null ? empty.get() : it)).toList();
    }

    private static <D, S> @Nullable S map(@Nullable D dto, Function<D, S> map) {
        return dto == null ? null : map.apply(dto);
    }
}
