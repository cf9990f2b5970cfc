package dev.plimsoll.provisioner.driver.simulated;

import dev.plimsoll.provisioner.driver.simulated.SimulatedSettings.FaultRule;
import dev.plimsoll.provisioner.machine.ServiceOrder;
import dev.plimsoll.provisioner.work.LoadBalancerId;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which order meets which fault: the one that its label {@value #LABEL} names, else the one that
 * its name does ({@code simulate-fip-not-found}, {@code simulate-fip-not-found-2}), else the first
 * of the configuration's that matches. The label {@value #LASTING} says for how long.
 */
final class Faults {
    static final String LABEL = "simulate-fault";
    static final String LASTING = "simulate-fault-for";

    private static final Pattern NAME = Pattern.compile("simulate-([a-z-]+?)(-\\d+)?");
    private static final Pattern SECONDS = Pattern.compile("(\\d{1,6})s");

    private final List<FaultRule> rules;
    private final InstantSource clock;
    private final Map<LoadBalancerId, Struck> struck = new ConcurrentHashMap<>();

    Faults(List<FaultRule> rules, InstantSource clock) {
        this.rules = rules;
        this.clock = clock;
    }

    /** Says so where a label asks for what there is not. */
    static Optional<String> unknown(ServiceOrder order) {
        return Optional.ofNullable(order.labels().get(LABEL))
                .filter(word -> Fault.of(word).isEmpty())
                .map(word ->
                        "There is no fault %s to simulate; there are: %s."
                                .formatted(
                                        word,
                                        Arrays.stream(Fault.values())
                                                .map(Fault::word)
                                                .collect(Collectors.joining(", "))));
    }

    /** The fault that the order meets now. */
    Optional<Fault> meet(ServiceOrder order) {
        var chosen = choose(order);
        if (chosen.isEmpty()) {
            struck.remove(order.loadBalancer());
            return Optional.empty();
        }
        struck.compute(
                order.loadBalancer(),
                (_, present) ->
                        present != null && present.generation() == order.generation()
                                ? present
                                : new Struck(order.generation(), chosen.get(), end(chosen.get())));
        return present(order.loadBalancer());
    }

    /** What {@link #meet} said last, unless it has passed. */
    Optional<Fault> present(LoadBalancerId loadBalancer) {
        return Optional.ofNullable(struck.get(loadBalancer))
                .filter(met -> met.end() == null || clock.instant().isBefore(met.end()))
                .map(met -> met.chosen().fault());
    }

    void forget(LoadBalancerId loadBalancer) {
        struck.remove(loadBalancer);
    }

    private Optional<Chosen> choose(ServiceOrder order) {
        return byLabel(order)
                .or(() -> byName(order))
                .or(() -> byRule(order))
                .filter(chosen ->
                        chosen.fault() != Fault.TARGET_NOT_ACTIVE || order.assignsTargets());
    }

    private static Optional<Chosen> byLabel(ServiceOrder order) {
        return Optional.ofNullable(order.labels().get(LABEL))
                .flatMap(Fault::of)
                .map(fault -> new Chosen(fault, lasting(order)));
    }

    private static Optional<Chosen> byName(ServiceOrder order) {
        return Optional.of(NAME.matcher(order.name()))
                .filter(Matcher::matches)
                .flatMap(name -> Fault.of(name.group(1)))
                .map(fault -> new Chosen(fault, lasting(order)));
    }

    private Optional<Chosen> byRule(ServiceOrder order) {
        return rules.stream()
                .filter(rule -> rule.name() == null || order.name().matches(rule.name()))
                .filter(rule ->
                        rule.address() == null || rule.address().equals(order.externalAddress()))
                .findFirst()
                .map(rule -> new Chosen(rule.fault(), rule.lasting()));
    }

    private static @Nullable Duration lasting(ServiceOrder order) {
        var seconds = SECONDS.matcher(order.labels().getOrDefault(LASTING, ""));
        return seconds.matches() ? Duration.ofSeconds(Long.parseLong(seconds.group(1))) : null;
    }

    private @Nullable Instant end(Chosen chosen) {
        var lasting = chosen.lasting();
        return lasting == null ? null : clock.instant().plus(lasting);
    }

    private record Chosen(Fault fault, @Nullable Duration lasting) {}

    /**
     * @param end null for never
     */
    private record Struck(long generation, Chosen chosen, @Nullable Instant end) {}
}
