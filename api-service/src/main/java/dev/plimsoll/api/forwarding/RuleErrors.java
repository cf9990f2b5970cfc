package dev.plimsoll.api.forwarding;

import dev.plimsoll.api.problem.DomainFailure;
import dev.plimsoll.api.problem.FieldError;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * What is wrong with a spec, in terms of the rule that was written into it: there was nothing wrong
 * with it before.
 */
final class RuleErrors {
    private static final Map<Pattern, String> PLACES =
            Map.of(
                    Pattern.compile("/listeners/[0-9]+/port"), "/port",
                    Pattern.compile("/listeners/[0-9]+/displayName"), "/name",
                    Pattern.compile("/targetPools/[0-9]+/name"), "/name",
                    Pattern.compile("/targetPools/[0-9]+/targetPort"), "/backendPort",
                    Pattern.compile("/targetPools/[0-9]+/targets"), "/members",
                    Pattern.compile("/targetPools/[0-9]+/targets/([0-9]+)/ip"), "/members/$1/ip",
                    Pattern.compile("/targetPools/[0-9]+/targets/([0-9]+)/displayName"),
                            "/members/$1/name");

    /** Follows from another error: the pool has no name. */
    private static final Pattern CONSEQUENCE = Pattern.compile("/listeners/[0-9]+/targetPool");

    private RuleErrors() {}

    static <T> T translating(Supplier<T> write) {
        try {
            return write.get();
        } catch (DomainFailure.InvalidFields e) {
            var errors =
                    e.errors().stream()
                            .filter(it -> !CONSEQUENCE.matcher(it.pointer()).matches())
                            .map(RuleErrors::translated)
                            .distinct()
                            .toList();
            throw new DomainFailure.InvalidFields(errors.isEmpty() ? e.errors() : errors);
        }
    }

    private static FieldError translated(FieldError error) {
        return switch (error.pointer()) {
            case "/listeners" -> noRoom("listener", error);
            case "/targetPools" -> noRoom("target pool", error);
            default -> place(error.pointer()).map(place -> at(place, error)).orElse(error);
        };
    }

    private static FieldError noRoom(String what, FieldError error) {
        return new FieldError(
                "#",
                error.code(),
                "the load balancer has no room for another " + what,
                null,
                error.allowed());
    }

    private static Optional<String> place(String pointer) {
        return PLACES.entrySet().stream()
                .filter(it -> it.getKey().matcher(pointer).matches())
                .map(it -> it.getKey().matcher(pointer).replaceFirst(it.getValue()))
                .findFirst();
    }

    private static FieldError at(String pointer, FieldError error) {
        return new FieldError(
                pointer, error.code(), error.detail(), error.rejected(), error.allowed());
    }

    static void throwIfAny(List<FieldError> errors) {
        if (!errors.isEmpty()) {
            throw new DomainFailure.InvalidFields(errors);
        }
    }
}
