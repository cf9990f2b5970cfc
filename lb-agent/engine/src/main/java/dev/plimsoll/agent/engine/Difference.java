package dev.plimsoll.agent.engine;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a configuration changes of what an engine has. {@link Engine#apply} does what stands here,
 * and {@link Rehearsal} tells it: there is no second opinion.
 */
record Difference(
        Set<Endpoint> opening,
        Set<Endpoint> closing,
        Set<Target.Key> joining,
        Set<Target.Key> leaving) {

    /**
     * @param wanted endpoints to listen on
     * @param present targets that are there
     */
    static Difference between(
            Set<Endpoint> open,
            Set<Endpoint> wanted,
            Set<Target.Key> present,
            Collection<Pool> pools) {
        var staying =
                pools.stream()
                        .flatMap(pool -> pool.targets().stream())
                        .map(Target::key)
                        .collect(Collectors.toCollection(LinkedHashSet::new));
        return new Difference(
                without(wanted, open),
                without(open, wanted),
                without(staying, present),
                without(present, staying));
    }

    private static <T> Set<T> without(Set<T> all, Set<T> those) {
        var rest = new LinkedHashSet<>(all);
        rest.removeAll(those);
        return rest;
    }
}
