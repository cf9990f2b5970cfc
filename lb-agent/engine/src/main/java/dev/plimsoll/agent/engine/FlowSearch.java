package dev.plimsoll.agent.engine;

import dev.plimsoll.agent.engine.EngineMeters.CloseCause;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.ToLongFunction;

/**
 * Finds flows, open ones among what the loops hold and ended ones in the log, and ends one on
 * demand. Nothing is kept for it while nobody asks; a question costs each loop one pass over its
 * connections. Blocks until the loops have answered: for threads that may.
 */
public final class FlowSearch {

    /**
     * @param records the newest first
     * @param total how many there are, with those that earlier answers had and later ones will
     */
    public record Found(List<FlowRecord> records, int total) {
        public Found {
            records = List.copyOf(records);
        }
    }

    private static final Comparator<Flow> OLDEST_FIRST =
            Comparator.comparingLong(flow -> flow.acceptedNanos);

    private final List<LoopScope> scopes;
    private final FlowLog log;

    FlowSearch(List<LoopScope> scopes, FlowLog log) {
        this.scopes = scopes;
        this.log = log;
    }

    /**
     * @throws IllegalArgumentException if the query's clients are neither a block nor an address
     */
    public Found open(FlowQuery query) throws InterruptedException {
        var wanted = query.wanted();
        var parts = new ArrayList<Future<Found>>();
        for (var scope : scopes) {
            submit(scope, () -> open(scope, wanted), parts);
        }
        var records = new ArrayList<FlowRecord>();
        int total = 0;
        for (var part : parts) {
            var found = get(part);
            records.addAll(found.records);
            total += found.total;
        }
        return newest(records, FlowRecord::acceptedEpochMillis, query.most(), total);
    }

    private static Found open(LoopScope scope, FlowQuery.Wanted wanted) {
        int most = wanted.query().most();
        var clock = scope.scribe().clock();
        var newest = new PriorityQueue<Flow>(OLDEST_FIRST);
        var total = new int[1];
        scope.wheel()
                .forEach(held -> {
                    if (held instanceof Flow flow) {
                        long millis = clock.millisAt(flow.acceptedNanos);
                        if (wanted.includes(
                                flow.clientAddress,
                                flow.targetAddress(),
                                flow.listener(),
                                millis)) {
                            total[0]++;
                            if (wanted.isNext(millis, flow.id())) {
                                newest.add(flow);
                            }
                            if (newest.size() > most) {
                                newest.poll();
                            }
                        }
                    }
                });
        return new Found(newest.stream().map(Flow::record).toList(), total[0]);
    }

    /**
     * @throws IllegalArgumentException if the query's clients are neither a block nor an address
     */
    public Found ended(FlowQuery query) {
        var wanted = query.wanted();
        var all =
                log.kept().stream()
                        .filter(record ->
                                wanted.includes(
                                        record.client(),
                                        record.target(),
                                        record.listener(),
                                        record.endedEpochMillis()))
                        .toList();
        var next =
                all.stream()
                        .filter(record -> wanted.isNext(record.endedEpochMillis(), record.id()))
                        .toList();
        return newest(next, FlowRecord::endedEpochMillis, query.most(), all.size());
    }

    private static Found newest(
            List<FlowRecord> records, ToLongFunction<FlowRecord> time, int most, int total) {
        var order = Comparator.comparingLong(time).thenComparing(record -> record.id().toString());
        return new Found(records.stream().sorted(order.reversed()).limit(most).toList(), total);
    }

    /**
     * Resets both sides of an open connection, or forgets a session.
     *
     * @return false if none with this id is open here
     */
    public boolean close(UUID id) throws InterruptedException {
        var answers = new ArrayList<Future<Boolean>>();
        for (var scope : scopes) {
            if (scope.scribe().gave(id)) {
                submit(scope, () -> close(scope, id), answers);
            }
        }
        boolean isClosed = false;
        for (var answer : answers) {
            isClosed |= get(answer);
        }
        return isClosed;
    }

    private static boolean close(LoopScope scope, UUID id) {
        var found = new ArrayList<Flow>(1);
        scope.wheel()
                .forEach(held -> {
                    if (held instanceof Flow flow && flow.id().equals(id)) {
                        found.add(flow);
                    }
                });
        found.forEach(flow -> flow.abort(CloseCause.ORDERED));
        return !found.isEmpty();
    }

    private static <T> void submit(LoopScope scope, Callable<T> work, List<Future<T>> answers) {
        try {
            answers.add(scope.loop().submit(work));
        } catch (RejectedExecutionException _) {
            // It has ended, in order: nothing is open any more.
        }
    }

    private static <T> T get(Future<T> answer) throws InterruptedException {
        try {
            return answer.get();
        } catch (ExecutionException fault) {
            throw new IllegalStateException("A loop cannot tell what it holds", fault);
        }
    }
}
