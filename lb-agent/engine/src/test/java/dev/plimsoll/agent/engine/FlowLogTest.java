package dev.plimsoll.agent.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.agent.engine.EngineMeters.CloseCause;
import dev.plimsoll.agent.engine.EngineMeters.ClosedBy;
import dev.plimsoll.agent.protocol.ListenerConfig.Protocol;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class FlowLogTest {
    private static final InetSocketAddress CLIENT = new InetSocketAddress("192.0.2.1", 40_000);

    private static FlowRecord numbered(long number) {
        return new FlowRecord(
                new UUID(1, number),
                Protocol.TCP,
                "web",
                443,
                CLIENT,
                "pool",
                null,
                1,
                2,
                3,
                4,
                1,
                5,
                6,
                ClosedBy.CLIENT,
                CloseCause.FIN,
                7,
                1);
    }

    private static List<Long> numbers(List<FlowRecord> records) {
        return records.stream().map(record -> record.id().getLeastSignificantBits()).toList();
    }

    @Test
    void readerGetsEachRecordOnceAndInOrder() {
        var log = new FlowLog(10);
        IntStream.range(0, 7).forEach(n -> log.add(numbered(n)));

        var first = log.after(0, 4);
        var second = log.after(first.position(), 4);
        var third = log.after(second.position(), 4);

        assertThat(numbers(first.records())).containsExactly(0L, 1L, 2L, 3L);
        assertThat(numbers(second.records())).containsExactly(4L, 5L, 6L);
        assertThat(third).isEqualTo(new FlowLog.Tail(List.of(), 7, 0));
    }

    @Test
    void slowReaderIsToldHowManyItHasLost() {
        var log = new FlowLog(10);
        IntStream.range(0, 25).forEach(n -> log.add(numbered(n)));

        var tail = log.after(3, 100);

        assertThat(tail.lost()).isEqualTo(12);
        assertThat(numbers(tail.records())).first().isEqualTo(15L);
        assertThat(tail.position()).isEqualTo(25);
        assertThat(log.kept()).hasSize(10);
        assertThat(log.recorded()).isEqualTo(25);
    }

    /** A reader among writers that overtake it: every record is either read, once, or lost. */
    @Test
    void nothingIsLostInSilence() throws Exception {
        var log = new FlowLog(64);
        var isWriting = new AtomicBoolean(true);
        var seen = new ArrayList<Long>();
        long lost;
        try (var threads = Executors.newFixedThreadPool(4)) {
            var reading =
                    threads.submit(() -> {
                        long position = 0;
                        long missed = 0;
                        while (isWriting.get() || position < log.position()) {
                            var tail = log.after(position, 16);
                            seen.addAll(numbers(tail.records()));
                            missed += tail.lost();
                            position = tail.position();
                        }
                        return missed;
                    });
            List<Callable<Void>> writers = new ArrayList<>();
            for (int writer = 0; writer < 3; writer++) {
                long from = writer * 20_000L;
                writers.add(() -> {
                    for (int n = 0; n < 20_000; n++) {
                        log.add(numbered(from + n));
                    }
                    return null;
                });
            }
            for (var written : threads.invokeAll(writers)) {
                written.get();
            }
            isWriting.set(false);
            lost = reading.get();
        }

        assertThat(seen.size() + lost).isEqualTo(60_000);
        assertThat(new HashSet<>(seen)).hasSameSizeAs(seen);
    }
}
