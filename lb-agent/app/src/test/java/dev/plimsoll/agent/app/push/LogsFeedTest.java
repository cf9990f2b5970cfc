package dev.plimsoll.agent.app.push;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.agent.app.machine.Json;
import dev.plimsoll.agent.protocol.PushAccess;
import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class LogsFeedTest {
    private static final UUID MACHINE = UUID.fromString("0199a3a0-7d1e-7c53-8d0c-5a4c2d1b7e12");
    private static final Aim AIM =
            Aim.of(
                    "https://l.example/loki/api/v1/push",
                    "credentials-1",
                    new PushAccess(
                            List.of(), "web", "project-1", "eu01", 15_000, List.of(), List.of()));

    private final Ring ring = new Ring(1_000);
    private final LogsFeed feed = new LogsFeed(ring, new Identification(MACHINE));

    @Test
    void linesAreOneStreamWithFewLabels() throws Exception {
        ring.add("{\"id\":\"a\"}", "{\"id\":\"b\"}");

        feed.gather(AIM);

        var load = feed.next(AIM);
        assertThat(load.items()).isEqualTo(2);
        assertThat(feed.headers()).containsEntry("Content-Type", "application/json");
        assertThat(opened(load))
                .isEqualTo(
                        Json.strict()
                                .readTree(
                                        """
                                        {"streams": [{
                                          "stream": {"load_balancer": "web", "project": "project-1",
                                            "region": "eu01",
                                            "machine": "0199a3a0-7d1e-7c53-8d0c-5a4c2d1b7e12"},
                                          "values": [["1000000000", "{\\"id\\":\\"a\\"}"],
                                                     ["1001000000", "{\\"id\\":\\"b\\"}"]]}]}
                                        """));
    }

    @Test
    void whatIsNotTakenStaysTheSame() {
        ring.add("one");
        feed.gather(AIM);
        var load = feed.next(AIM);
        ring.add("two");
        feed.gather(AIM);

        assertThat(feed.next(AIM)).isSameAs(load);
        feed.done();
        assertThat(feed.next(AIM).items()).isEqualTo(1);
    }

    @Test
    void linesOfBeforeAreNobodysAndNothingIsPushedTwice() {
        ring.add("before");
        var late = new LogsFeed(ring, new Identification(MACHINE));
        ring.add("after");

        late.gather(AIM);

        assertThat(late.next(AIM).items()).isEqualTo(1);
        late.done();
        late.gather(AIM);
        assertThat(late.next(AIM)).isNull();
    }

    @Test
    void manyLinesGoInSeveralRequestsWithoutWaiting() {
        ring.add(new String[LogsFeed.MOST_LINES + 7]);

        feed.gather(AIM);

        assertThat(feed.next(AIM).items()).isEqualTo(LogsFeed.MOST_LINES);
        feed.done();
        assertThat(feed.next(AIM).items()).isEqualTo(7);
        feed.done();
        assertThat(feed.next(AIM)).isNull();
    }

    @Test
    void linesThatWereOverwrittenAreCounted() {
        ring.add(new String[1_700]);

        feed.gather(AIM);
        for (; feed.next(AIM) != null; feed.done()) {}

        assertThat(feed.lost()).isEqualTo(700);
    }

    private static JsonNode opened(Load load) throws Exception {
        try (var gzip = new GZIPInputStream(new ByteArrayInputStream(load.body()))) {
            return Json.strict().readTree(gzip.readAllBytes());
        }
    }

    /** A log that keeps so many lines. */
    private static final class Ring implements Lines {
        private final List<Line> all = new ArrayList<>();
        private final int kept;

        Ring(int kept) {
            this.kept = kept;
        }

        void add(String... texts) {
            for (var text : texts) {
                all.add(new Line(1_000 + all.size(), String.valueOf(text)));
            }
        }

        @Override
        public long position() {
            return all.size();
        }

        @Override
        public Some after(long position, int most) {
            int from = Math.max((int) position, all.size() - kept);
            int to = Math.min(from + most, all.size());
            return new Some(all.subList(from, to), to, from - position);
        }
    }
}
