package dev.plimsoll.api.loadbalancer.spec;

import dev.plimsoll.api.loadbalancer.spec.Findings.Place;
import dev.plimsoll.api.problem.FieldError.Code;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The rules of the contract for a spec as a whole. Says everything that is wrong, at once. */
public final class SpecRules {
    private static final int MAX_POOLS = 20;
    private static final int MAX_LABELS = 64;
    private static final String RESERVED_LABELS = "stackit-";
    private static final String NAME_HINT = "1 to 63 of a-z, 0-9 and inner dashes";

    private final Set<String> plans;
    private final Set<String> credentials;
    private final SpecLimits limits;
    private final Function<String, Optional<String>> pushObjection;

    /**
     * @param plans the ids of the plans that can be ordered
     * @param credentials the references that exist, of those that the spec names
     * @param limits of the project
     * @param pushObjection to a URL, if there is one
     */
    public SpecRules(
            Set<String> plans,
            Set<String> credentials,
            SpecLimits limits,
            Function<String, Optional<String>> pushObjection) {
        this.plans = Set.copyOf(plans);
        this.credentials = Set.copyOf(credentials);
        this.limits = limits;
        this.pushObjection = pushObjection;
    }

    /** For a new load balancer. */
    public void checkNew(@Nullable String name, @Nullable String version, LoadBalancerSpec spec) {
        var findings = new Findings();
        if (name == null || !Syntax.isName(name)) {
            findings.add(
                    Place.ROOT.at("name"),
                    name == null ? Code.REQUIRED : Code.MALFORMED,
                    "must be " + NAME_HINT,
                    name,
                    NAME_HINT);
        }
        if (version != null && !version.isEmpty()) {
            findings.add(
                    Place.ROOT.at("version"),
                    Code.NOT_ALLOWED,
                    "must be absent on creation",
                    version,
                    null);
        }
        checkSpec(spec, findings);
        AddressRules.checkNew(spec, findings);
        findings.throwIfAny();
    }

    /** For a spec that replaces another. */
    public void checkUpdate(
            String name,
            @Nullable String sentName,
            LoadBalancerSpec spec,
            LoadBalancerSpec current,
            @Nullable String currentAddress) {
        var findings = new Findings();
        if (sentName != null && !sentName.equals(name)) {
            findings.add(
                    Place.ROOT.at("name"), Code.IMMUTABLE, "cannot be changed", sentName, name);
        }
        checkSpec(spec, findings);
        if (!spec.networks().equals(current.networks())) {
            findings.add(Place.ROOT.at("networks"), Code.IMMUTABLE, "cannot be changed");
        }
        if (!Objects.equals(
                spec.disableTargetSecurityGroupAssignment(),
                current.disableTargetSecurityGroupAssignment())) {
            findings.add(
                    Place.ROOT.at("disableTargetSecurityGroupAssignment"),
                    Code.IMMUTABLE,
                    "cannot be changed");
        }
        AddressRules.checkUpdate(spec, current, currentAddress, findings);
        findings.throwIfAny();
    }

    /** For one pool that replaces the one called {@code name}. */
    public static void checkPool(String name, TargetPoolSpec pool, SpecLimits limits) {
        var findings = new Findings();
        if (pool.name() != null && !pool.name().equals(name)) {
            findings.add(
                    Place.ROOT.at("name"),
                    Code.IMMUTABLE,
                    "a target pool cannot be renamed",
                    pool.name(),
                    name);
        }
        TargetPoolRules.check(Place.ROOT, pool.withName(name), limits, findings);
        findings.throwIfAny();
    }

    private void checkSpec(LoadBalancerSpec spec, Findings findings) {
        if (spec.planId() != null && !plans.contains(spec.planId())) {
            findings.add(
                    Place.ROOT.at("planId"),
                    Code.NOT_ALLOWED,
                    "is not a plan of this region",
                    spec.planId(),
                    String.join(", ", new TreeSet<>(plans)));
        }
        var pools = Place.ROOT.at("targetPools");
        if (findings.size(pools, spec.targetPools(), MAX_POOLS)) {
            TargetPoolRules.checkAll(pools, spec.targetPools(), limits, findings);
        }
        var listeners = Place.ROOT.at("listeners");
        if (findings.size(listeners, spec.listeners(), limits.maxListeners())) {
            ListenerRules.checkAll(listeners, spec.listeners(), spec.targetPools(), findings);
        }
        checkNetworks(spec.networks(), findings);
        if (spec.options() != null) {
            OptionsRules.check(
                    Place.ROOT.at("options"), spec.options(), credentials, pushObjection, findings);
        }
        if (spec.labels() != null) {
            checkLabels(spec.labels(), findings);
        }
    }

    private static void checkNetworks(List<NetworkSpec> networks, Findings findings) {
        var place = Place.ROOT.at("networks");
        if (!findings.size(place, networks, 1)) {
            return;
        }
        var network = networks.getFirst();
        var id = network.networkId();
        if (id == null || !Syntax.isUuid(id)) {
            findings.add(
                    place.at(0).at("networkId"),
                    id == null ? Code.REQUIRED : Code.MALFORMED,
                    "must be a lower-case UUID",
                    id,
                    null);
        }
        if (network.role() != NetworkSpec.Role.ROLE_LISTENERS_AND_TARGETS) {
            findings.add(
                    place.at(0).at("role"),
                    network.role() == null ? Code.REQUIRED : Code.NOT_ALLOWED,
                    "must be ROLE_LISTENERS_AND_TARGETS",
                    network.role(),
                    NetworkSpec.Role.ROLE_LISTENERS_AND_TARGETS.name());
        }
    }

    private static void checkLabels(Map<String, String> labels, Findings findings) {
        var place = Place.ROOT.at("labels");
        if (labels.size() > MAX_LABELS) {
            findings.add(
                    place,
                    Code.TOO_MANY,
                    "has more than " + MAX_LABELS + " entries",
                    labels.size(),
                    "0.." + MAX_LABELS);
            return;
        }
        labels.forEach((key, value) -> {
            if (!Syntax.isLabel(key)) {
                findings.add(
                        place.at(key),
                        Code.MALFORMED,
                        "key must be 1 to 63 of a-z, A-Z, 0-9 and inner - _ .",
                        key,
                        null);
            } else if (key.startsWith(RESERVED_LABELS)) {
                findings.add(
                        place.at(key),
                        Code.NOT_ALLOWED,
                        "keys that start with " + RESERVED_LABELS + " are reserved",
                        key,
                        null);
            }
            if (!value.isEmpty() && !Syntax.isLabel(value)) {
                findings.add(
                        place.at(key),
                        Code.MALFORMED,
                        "value must be up to 63 of a-z, A-Z, 0-9 and inner - _ .",
                        value,
                        null);
            }
        });
    }
}
