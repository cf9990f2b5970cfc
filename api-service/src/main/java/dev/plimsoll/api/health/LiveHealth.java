package dev.plimsoll.api.health;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.plimsoll.api.health.HealthReport.Live;
import dev.plimsoll.api.health.HealthReport.Probe;
import dev.plimsoll.api.inquiry.Inquiries;
import dev.plimsoll.api.inquiry.Question;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;

/**
 * What agents answer of their targets when they are asked. However many read the health of a load
 * balancer, its agents are asked no more often than answers get old.
 */
@Component
class LiveHealth {
    /** Some 2 kB each, with its probes. */
    private static final int MOST_TARGETS = 20_000;

    /** What one agent has answered. */
    record Answer(int activeConnections, int connectionLimit, Map<Place, Live> targets) {}

    private record Key(UUID loadBalancerId, @Nullable String targetPool) {}

    private final Inquiries inquiries;
    private final Duration patience;
    private final AsyncCache<Key, Map<UUID, Answer>> fresh;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    LiveHealth(Inquiries inquiries, HealthSettings settings) {
        this.inquiries = inquiries;
        this.patience = settings.patience();
        this.fresh =
                Caffeine.newBuilder()
                        .expireAfterWrite(settings.freshness())
                        .maximumWeight(MOST_TARGETS)
                        .weigher((Key _, Map<UUID, Answer> answers) -> weight(answers))
                        .buildAsync();
    }

    private static int weight(Map<UUID, Answer> answers) {
        return 1 + answers.values().stream().mapToInt(it -> it.targets.size()).sum();
    }

    /**
     * Answers that came in time.
     *
     * @param machines that are connected; nobody waits for others
     * @param targetPool null for all
     */
    Map<UUID, Answer> of(
            UUID loadBalancerId, Collection<UUID> machines, @Nullable String targetPool) {
        if (machines.isEmpty()) {
            return Map.of();
        }
        return fresh.get(
                        new Key(loadBalancerId, targetPool),
                        (key, _) ->
                                CompletableFuture.supplyAsync(() -> ask(key, machines), threads))
                .join();
    }

    private Map<UUID, Answer> ask(Key key, Collection<UUID> machines) {
        var questions = machines.stream().map(it -> Question.health(it, key.targetPool)).toList();
        var answers = new HashMap<UUID, Answer>();
        inquiries
                .askIfPossible(key.loadBalancerId, questions, patience)
                .forEach((question, json) ->
                        answers.put(Objects.requireNonNull(question.machine()), answer(json)));
        return answers;
    }

    private static Answer answer(JsonNode json) {
        var targets = new HashMap<Place, Live>();
        for (var target : json.path("targets")) {
            targets.put(
                    Place.of(
                            target.path("targetPool").asString(),
                            target.path("ip").asString(),
                            target.path("port").asInt()),
                    new Live(integer(target, "connections"), probes(target.get("recent"))));
        }
        return new Answer(
                json.path("activeConnections").asInt(),
                json.path("connectionLimit").asInt(),
                targets);
    }

    private static @Nullable List<Probe> probes(@Nullable JsonNode recent) {
        return recent == null
                ? null
                : StreamSupport.stream(recent.spliterator(), false).map(LiveHealth::probe).toList();
    }

    private static Probe probe(JsonNode json) {
        return new Probe(
                Instant.ofEpochMilli(json.path("atEpochMillis").asLong()),
                json.path("millis").asInt(),
                HealthReason.of(json.path("reason").asString()),
                HealthReason.Phase.valueOf(json.path("phase").asString()),
                integer(json, "errno"),
                integer(json, "httpStatus"));
    }

    private static @Nullable Integer integer(JsonNode json, String member) {
        var value = json.get(member);
        return value == null || value.isNull() ? null : (Integer) value.asInt();
    }
}
