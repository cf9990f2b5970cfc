package dev.plimsoll.api.health;

import dev.plimsoll.api.health.ExplanationReport.Agent;
import dev.plimsoll.api.health.ExplanationReport.AgentReason;
import dev.plimsoll.api.health.ExplanationReport.Filter;
import dev.plimsoll.api.health.ExplanationReport.FilterOutcome;
import dev.plimsoll.api.health.ExplanationReport.Step;
import dev.plimsoll.api.health.ExplanationReport.StepName;
import dev.plimsoll.api.health.ExplanationReport.StepOutcome;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What is wrong with a target, in one sentence: of one agent's steps, and of all that was found.
 */
final class Sentences {
    private Sentences() {}

    /** The step that explains most: what was tried last because of a failure, or the failure. */
    static Optional<Step> fault(List<Step> steps) {
        var failed = steps.stream().filter(step -> step.outcome() == StepOutcome.FAILED).toList();
        return failed.stream()
                .filter(step -> step.name() == StepName.PROXY_HEADER)
                .findFirst()
                .or(() -> failed.stream().findFirst());
    }

    static String ofSteps(List<Step> steps, Way way) {
        return fault(steps).map(step -> ofFault(step, way)).orElseGet(() -> ofNoFault(steps, way));
    }

    private static String ofFault(Step step, Way way) {
        var reason = Objects.requireNonNullElse(step.reason(), HealthReason.OTHER);
        return switch (step.name()) {
            case ROUTE ->
                    "The load balancer's machine has no route to %s: check the address, and that its network is connected to the load balancer's."
                            .formatted(way.ip());
            case NEIGHBOUR ->
                    "Nobody on the network answers for %s: start the target, or correct its address in the pool."
                            .formatted(way.ip());
            case CONNECT ->
                    reason.sentence(way.target(), HealthReason.Phase.CONNECT, step.httpStatus());
            case HEALTH_CONNECT ->
                    reason.sentence(way.probed(), HealthReason.Phase.CONNECT, step.httpStatus());
            case TLS -> reason.sentence(way.probed(), HealthReason.Phase.TLS, step.httpStatus());
            case HTTP -> reason.sentence(way.probed(), HealthReason.Phase.HTTP, step.httpStatus());
            case PROXY_HEADER ->
                    way.target()
                            + (way.isProxied()
                                    ? " does not understand the PROXY header that"
                                            + " PROTOCOL_TCP_PROXY sends first: turn on PROXY"
                                            + " protocol version 2 there, or use PROTOCOL_TCP."
                                    : " expects a PROXY header, which PROTOCOL_TCP does not send:"
                                            + " use PROTOCOL_TCP_PROXY, or turn it off there.");
            case LIMIT ->
                    way.target()
                            + " can be reached, but all connections that the plan allows are in"
                            + " use, so new ones are refused: choose a larger plan, or have idle"
                            + " connections end sooner.";
        };
    }

    private static String ofNoFault(List<Step> steps, Way way) {
        var noted =
                steps.stream()
                        .filter(step -> step.outcome() == StepOutcome.NOTED)
                        .map(step -> "; worth knowing: " + step.name() + " " + bare(step.message()))
                        .collect(Collectors.joining());
        var unknown =
                steps.stream()
                        .filter(step -> step.outcome() == StepOutcome.UNKNOWN)
                        .map(step -> "; not known: " + bare(step.message()))
                        .collect(Collectors.joining());
        boolean isReached =
                steps.stream()
                        .anyMatch(step ->
                                step.name() != StepName.LIMIT
                                        && step.outcome() != StepOutcome.UNKNOWN);
        return (isReached
                        ? "Nothing is wrong on the way to "
                        : "Nothing can be said of the way to ")
                + way.target()
                + noted
                + unknown
                + ".";
    }

    static String ofSilence(AgentReason reason) {
        return switch (reason) {
            case ANSWERED -> throw new IllegalArgumentException("It was not silent");
            case NOT_CONNECTED ->
                    "The agent has no control stream and cannot be asked: .../status says what is"
                            + " done about it.";
            case NO_ANSWER -> "The agent did not answer in time: try again.";
            case BUSY -> "The agent explains as many targets as it can already: try again.";
            case NOT_CONFIGURED ->
                    "The agent does not have this target yet: wait until the newest configuration"
                            + " is applied, which .../status shows.";
        };
    }

    static String ofFilter(FilterOutcome outcome, String ip) {
        return switch (outcome) {
            case ADMITTED ->
                    "The security groups of %s admit the load balancer's machines.".formatted(ip);
            case NOT_ADMITTED ->
                    "No security group of %s admits the load balancer's machines: assign its targetSecurityGroup to the target, or add a rule with its loadBalancerSecurityGroup as remote group."
                            .formatted(ip);
            case NOT_APPLIED ->
                    "The packet filter of %s lacks what its security groups say: it is put in force again with the next change of the load balancer."
                            .formatted(ip);
            case NOT_FILTERED ->
                    "Nothing that this driver manages filters packets in front of %s."
                            .formatted(ip);
            case UNKNOWN ->
                    "It could not be found out what filters packets in front of %s.".formatted(ip);
        };
    }

    /** Of everything: what the agents agree on, their disagreement, or what stands in their way. */
    static String ofAll(List<Agent> agents, Filter filter, Way way, boolean isUnhealthy) {
        var answered =
                agents.stream().filter(agent -> agent.reason() == AgentReason.ANSWERED).toList();
        if (answered.isEmpty()) {
            return "No agent could be asked: "
                    + (agents.isEmpty()
                            ? "there is none yet, which .../status explains."
                            : agents.getFirst().message());
        }
        var faults =
                answered.stream().map(agent -> onTheWay(agent).map(Fault::of)).distinct().toList();
        if (faults.size() > 1 && faults.stream().allMatch(Sentences::isSilence)) {
            return ofMostSpecific(answered);
        }
        if (faults.size() > 1) {
            return "The agents disagree; "
                    + answered.stream()
                            .map(agent -> who(agent) + ": «" + bare(agent.message()) + "»")
                            .collect(Collectors.joining(", "))
                    + ".";
        }
        return faults.getFirst()
                .flatMap(fault -> ofPackets(fault, answered.getFirst(), filter, way))
                .orElseGet(() -> ofOne(answered, faults.getFirst(), isUnhealthy));
    }

    /** That one agent has no connections left is no disagreement about the target. */
    private static Optional<Step> onTheWay(Agent agent) {
        return fault(agent.steps()).filter(step -> step.name() != StepName.LIMIT);
    }

    private record Fault(StepName step, HealthReason reason) {
        static Fault of(Step step) {
            return new Fault(
                    step.name(), Objects.requireNonNullElse(step.reason(), HealthReason.OTHER));
        }

        boolean isSilence() {
            return (step == StepName.CONNECT || step == StepName.HEALTH_CONNECT)
                    && (reason == HealthReason.TIMEOUT || reason == HealthReason.UNREACHABLE);
        }

        boolean isAbsence() {
            return step == StepName.NEIGHBOUR;
        }
    }

    private static boolean isSilence(Optional<Fault> fault) {
        return fault.filter(it -> it.isSilence() || it.isAbsence()).isPresent();
    }

    /** One kernel has given the address up, another still tries: they mean the same. */
    private static String ofMostSpecific(List<Agent> agents) {
        return agents.stream()
                .filter(agent ->
                        onTheWay(agent).map(Fault::of).filter(Fault::isAbsence).isPresent())
                .findFirst()
                .orElse(agents.getFirst())
                .message();
    }

    /** Where packets get no answer, what is known of packet filters says why. */
    private static Optional<String> ofPackets(Fault fault, Agent agent, Filter filter, Way way) {
        if (!fault.isSilence()) {
            return Optional.empty();
        }
        boolean isThere =
                agent.steps().stream()
                        .anyMatch(step ->
                                step.name() == StepName.NEIGHBOUR
                                        && step.outcome() == StepOutcome.OK);
        return switch (filter.outcome()) {
            case NOT_ADMITTED, NOT_APPLIED -> Optional.of(filter.message());
            case ADMITTED ->
                    isThere
                            ? Optional.of(
                                    "%s runs and its security groups admit the load balancer, but port %d does not answer: look at the target's own firewall."
                                            .formatted(
                                                    way.ip(),
                                                    fault.step() == StepName.CONNECT
                                                            ? way.port()
                                                            : way.probedPort()))
                            : Optional.empty();
            case NOT_FILTERED, UNKNOWN -> Optional.empty();
        };
    }

    private static String ofOne(List<Agent> agents, Optional<Fault> fault, boolean isUnhealthy) {
        var first =
                agents.stream()
                        .filter(agent -> fault(agent.steps()).isPresent())
                        .findFirst()
                        .orElse(agents.getFirst());
        return fault.isEmpty() && isUnhealthy
                ? bare(first.message())
                        + " now; it counts as healthy again after as many good probes in a row as"
                        + " its health check asks for."
                : first.message();
    }

    private static String who(Agent agent) {
        return "ACTIVE".equals(agent.role()) ? "the active one" : "the one that stands by";
    }

    private static String bare(String sentence) {
        return sentence.endsWith(".") ? sentence.substring(0, sentence.length() - 1) : sentence;
    }
}
