package dev.plimsoll.api.loadbalancer.spec;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Ways to say "not given": absent, null and, where the contract says so, empty. */
final class Absent {
    private Absent() {}

    static <T> List<T> listOrEmpty(@Nullable List<T> list) {
        return list == null ? List.of() : List.copyOf(list);
    }

    static <T> @Nullable List<T> listOrNull(@Nullable List<T> list) {
        return list == null || list.isEmpty() ? null : List.copyOf(list);
    }

    static @Nullable String blankToNull(@Nullable String text) {
        return text == null || text.isEmpty() ? null : text;
    }
}
