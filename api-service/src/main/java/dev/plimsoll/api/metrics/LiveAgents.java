package dev.plimsoll.api.metrics;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.plimsoll.api.inquiry.Inquiries;
import dev.plimsoll.api.inquiry.Question;
import dev.plimsoll.api.status.AgentView;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import org.springframework.stereotype.Component;

/**
 * What agents answer when they are asked for figures. However many ask, agents are asked no more
 * often than answers get old.
 */
@Component
class LiveAgents {
    /** Characters of pages that are kept for as long as they are fresh. */
    private static final int MOST_CHARS = 32 << 20;

    private final Inquiries inquiries;
    private final Duration patience;
    private final AsyncCache<Key, Map<UUID, String>> fresh;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    private record Key(UUID loadBalancerId, Question.Kind kind) {}

    LiveAgents(Inquiries inquiries, MetricsSettings settings) {
        this.inquiries = inquiries;
        this.patience = settings.patience();
        this.fresh =
                Caffeine.newBuilder()
                        .expireAfterWrite(settings.freshness())
                        .maximumWeight(MOST_CHARS)
                        .weigher((Key _, Map<UUID, String> pages) -> weight(pages))
                        .buildAsync();
    }

    private static int weight(Map<UUID, String> pages) {
        return 256 + pages.values().stream().mapToInt(String::length).sum();
    }

    /** Of those that answered in time, with a page that is not too long. */
    Map<UUID, String> pages(UUID loadBalancerId, List<AgentView> agents) {
        return ask(new Key(loadBalancerId, Question.Kind.METRICS), agents, Question::metrics);
    }

    /** Those that answered in time; what they told is in the database then. */
    Map<UUID, String> traffic(UUID loadBalancerId, List<AgentView> agents) {
        return ask(new Key(loadBalancerId, Question.Kind.TRAFFIC), agents, Question::traffic);
    }

    private Map<UUID, String> ask(
            Key key, List<AgentView> agents, Function<UUID, Question> question) {
        var questions =
                agents.stream()
                        .filter(AgentView::connected)
                        .map(AgentView::machineId)
                        .map(question)
                        .toList();
        if (questions.isEmpty()) {
            return Map.of();
        }
        return fresh.get(
                        key,
                        (_, _) ->
                                CompletableFuture.supplyAsync(
                                        () -> ask(key.loadBalancerId, questions), threads))
                .join();
    }

    private Map<UUID, String> ask(UUID loadBalancerId, List<Question> questions) {
        var answers = new HashMap<UUID, String>();
        inquiries
                .askIfPossible(loadBalancerId, questions, patience)
                .forEach((question, json) -> {
                    boolean isTooLong =
                            question.kind() == Question.Kind.METRICS && !json.has("page");
                    if (!isTooLong) {
                        answers.put(
                                Objects.requireNonNull(question.machine()),
                                json.path("page").asString(""));
                    }
                });
        return answers;
    }
}
