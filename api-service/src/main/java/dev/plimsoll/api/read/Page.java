package dev.plimsoll.api.read;

import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Some of a list, in its order.
 *
 * @param nextPageId the cursor of the page behind this one; null on the last page
 */
public record Page<T>(List<T> items, @Nullable String nextPageId) {
    public Page {
        items = List.copyOf(items);
    }

    /** From up to {@code size + 1} rows: the last tells only that there are more. */
    public static <T> Page<T> of(List<T> found, int size, Function<T, String> cursor) {
        if (found.size() <= size) {
            return new Page<>(found, null);
        }
        return new Page<>(found.subList(0, size), cursor.apply(found.get(size - 1)));
    }

    public <R> List<R> map(Function<T, R> mapping) {
        return items.stream().map(mapping).toList();
    }
}
