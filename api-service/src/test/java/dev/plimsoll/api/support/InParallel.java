package dev.plimsoll.api.support;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;

/** Several clients at once. */
public final class InParallel {
    private InParallel() {}

    /** The results of {@code calls}, all of which start at once. */
    public static <T> List<T> all(int calls, Callable<T> call) {
        return run(calls, IntStream.range(0, calls).mapToObj(_ -> call).toList());
    }

    /** Runs the tasks, {@code clients} at a time; fails as the first of them does. */
    public static <T> List<T> run(int clients, List<Callable<T>> tasks) {
        try (var threads = Executors.newFixedThreadPool(clients)) {
            return threads.invokeAll(tasks).stream()
                    .map(task -> {
                        try {
                            return task.get();
                        } catch (ExecutionException e) {
                            if (e.getCause() instanceof Error error) {
                                throw error;
                            }
                            throw new IllegalStateException(e.getCause());
                        } catch (InterruptedException e) {
                            Thread.currentThread().interrupt();
                            throw new IllegalStateException(e);
                        }
                    })
                    .toList();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
