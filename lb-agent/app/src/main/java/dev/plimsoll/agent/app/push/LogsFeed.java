package dev.plimsoll.agent.app.push;

import dev.plimsoll.agent.app.machine.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Lines of a log for Loki (<a
 * href="https://grafana.com/docs/loki/latest/reference/loki-http-api/#ingest-logs">its push
 * API</a>), one stream with few labels. What waits is in the log itself, which is bounded; here is
 * one request at a time, made again from there only when it was taken.
 */
final class LogsFeed implements Feed {
    static final int MOST_LINES = 500;
    static final Duration EVERY = Duration.ofSeconds(2);

    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final Map<String, String> HEADERS =
            Map.of("Content-Encoding", "gzip", "Content-Type", "application/json");

    private final Lines lines;
    private final Identification identification;
    private @Nullable Load present;
    private long position;
    private boolean isDue;
    private long lost;

    private record Body(List<Stream> streams) {}

    /**
     * @param values of each a time in nanoseconds, and a line
     */
    private record Stream(Map<String, String> stream, List<List<String>> values) {}

    LogsFeed(Lines lines, Identification identification) {
        this.lines = lines;
        this.identification = identification;
        this.position = lines.position();
    }

    @Override
    public Map<String, String> headers() {
        return HEADERS;
    }

    @Override
    public Duration every(Aim aim) {
        return aim.every().compareTo(EVERY) < 0 ? aim.every() : EVERY;
    }

    @Override
    public void gather(Aim aim) {
        isDue = true;
    }

    @Override
    public @Nullable Load next(Aim aim) {
        if (present == null && isDue) {
            present = read(aim);
        }
        return present;
    }

    private @Nullable Load read(Aim aim) {
        var some = lines.after(position, MOST_LINES);
        position = some.position();
        lost += some.lost();
        isDue = some.lines().size() == MOST_LINES;
        if (some.lines().isEmpty()) {
            return null;
        }
        var values =
                some.lines().stream()
                        .map(line ->
                                List.of(
                                        Long.toString(line.atEpochMillis() * NANOS_PER_MILLI),
                                        line.text()))
                        .toList();
        var stream = new Stream(identification.labels(aim.access()), values);
        return new Load(
                compressed(Json.lenient().writeValueAsBytes(new Body(List.of(stream)))),
                values.size());
    }

    private static byte[] compressed(byte[] plain) {
        var compressed = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(compressed)) {
            gzip.write(plain);
        } catch (IOException e) {
            throw new UncheckedIOException("Memory cannot be written to", e);
        }
        return compressed.toByteArray();
    }

    @Override
    public void done() {
        present = null;
    }

    @Override
    public long lost() {
        return lost;
    }
}
