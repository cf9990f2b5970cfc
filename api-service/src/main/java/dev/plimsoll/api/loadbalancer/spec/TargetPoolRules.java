package dev.plimsoll.api.loadbalancer.spec;

import dev.plimsoll.api.loadbalancer.spec.Findings.Place;
import dev.plimsoll.api.problem.FieldError.Code;
import java.util.HashSet;
import java.util.List;

final class TargetPoolRules {
    private static final int MAX_PORT = 65_535;

    private TargetPoolRules() {}

    static void checkAll(
            Place place, List<TargetPoolSpec> pools, SpecLimits limits, Findings findings) {
        var names = new HashSet<String>();
        for (int i = 0; i < pools.size(); i++) {
            var pool = pools.get(i);
            check(place.at(i), pool, limits, findings);
            if (pool.name() != null && !names.add(pool.name())) {
                findings.add(
                        place.at(i).at("name"),
                        Code.DUPLICATE,
                        "another target pool has this name",
                        pool.name(),
                        null);
            }
        }
    }

    static void check(Place place, TargetPoolSpec pool, SpecLimits limits, Findings findings) {
        var name = pool.name();
        if (name == null || !Syntax.isName(name)) {
            findings.add(
                    place.at("name"),
                    name == null ? Code.REQUIRED : Code.MALFORMED,
                    "must be 1 to 63 of a-z, 0-9 and inner dashes",
                    name,
                    null);
        }
        if (pool.targetPort() == null) {
            findings.required(place.at("targetPort"));
        }
        findings.range(place.at("targetPort"), pool.targetPort(), 1, MAX_PORT);
        var targets = place.at("targets");
        if (findings.size(targets, pool.targets(), limits.maxTargets())) {
            checkTargets(targets, pool.targets(), findings);
        }
        if (pool.activeHealthCheck() != null) {
            HealthCheckRules.check(
                    place.at("activeHealthCheck"), pool.activeHealthCheck(), findings);
        }
    }

    private static void checkTargets(
            Place place, List<TargetPoolSpec.Target> targets, Findings findings) {
        var ips = new HashSet<String>();
        for (int i = 0; i < targets.size(); i++) {
            var target = targets.get(i);
            if (target.displayName() != null && !Syntax.isTargetName(target.displayName())) {
                findings.add(
                        place.at(i).at("displayName"),
                        Code.MALFORMED,
                        "must be 1 to 63 of a-z, A-Z, 0-9 and inner dashes",
                        target.displayName(),
                        null);
            }
            var ip = target.ip();
            if (ip == null || !Syntax.isIpv4(ip)) {
                findings.add(
                        place.at(i).at("ip"),
                        ip == null ? Code.REQUIRED : Code.MALFORMED,
                        "must be an IPv4 address",
                        ip,
                        null);
            } else if (!ips.add(ip)) {
                findings.add(
                        place.at(i).at("ip"),
                        Code.DUPLICATE,
                        "another target of this pool has this address",
                        ip,
                        null);
            }
        }
    }
}
