package dev.plimsoll.api.health;

import dev.plimsoll.api.loadbalancer.LoadBalancerView;
import dev.plimsoll.api.loadbalancer.spec.TargetPoolSpec;
import dev.plimsoll.api.problem.DomainFailure;
import dev.plimsoll.api.problem.FieldError;
import dev.plimsoll.api.problem.FieldError.Code;
import java.net.InetAddress;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Which target a request means. */
record ChosenTarget(
        LoadBalancerView view, String ip, @Nullable String port, @Nullable String targetPool) {
    private static final int LAST_PORT = 65_535;
    private static final int MOST_DIGITS = 5;

    Way way() {
        var wantedPort = wantedPort();
        var pools =
                view.spec().targetPools().stream()
                        .filter(this::hasAddress)
                        .filter(it ->
                                wantedPort.isEmpty() || wantedPort.get().equals(it.targetPort()))
                        .filter(it -> targetPool == null || targetPool.equals(it.name()))
                        .toList();
        if (pools.isEmpty()) {
            throw new DomainFailure.NotFound("target not found");
        }
        requireOne("port", pools.stream().map(it -> String.valueOf(it.targetPort())));
        requireOne("targetPool", pools.stream().map(it -> String.valueOf(it.name())));
        return Way.of(view, pools.getFirst(), spelling(pools.getFirst()));
    }

    private Optional<Integer> wantedPort() {
        if (port == null) {
            return Optional.empty();
        }
        boolean isNumber = !port.isEmpty() && port.chars().allMatch(c -> c >= '0' && c <= '9');
        if (!isNumber || port.length() > MOST_DIGITS) {
            throw refused("port", Code.MALFORMED, "must be a port", "1..65535");
        }
        int number = Integer.parseInt(port);
        if (number < 1 || number > LAST_PORT) {
            throw refused("port", Code.OUT_OF_RANGE, "must be from 1 to 65535", "1..65535");
        }
        return Optional.of(number);
    }

    private boolean hasAddress(TargetPoolSpec pool) {
        return pool.targets().stream().anyMatch(this::isMeant);
    }

    private String spelling(TargetPoolSpec pool) {
        return pool.targets().stream()
                .filter(this::isMeant)
                .map(target -> Objects.requireNonNull(target.ip()))
                .findFirst()
                .orElseThrow();
    }

    private boolean isMeant(TargetPoolSpec.Target target) {
        try {
            return target.ip() != null
                    && InetAddress.ofLiteral(target.ip()).equals(InetAddress.ofLiteral(ip));
        } catch (IllegalArgumentException _) {
            return false;
        }
    }

    private void requireOne(String parameter, Stream<String> values) {
        var distinct = values.distinct().toList();
        if (distinct.size() > 1) {
            throw refused(
                    parameter,
                    Code.REQUIRED,
                    "says which of several targets with this address is meant",
                    String.join(", ", distinct));
        }
    }

    private static DomainFailure refused(
            String parameter, Code code, String detail, String allowed) {
        return new DomainFailure.InvalidFields(
                new FieldError("#query/" + parameter, code, detail, null, allowed));
    }
}
