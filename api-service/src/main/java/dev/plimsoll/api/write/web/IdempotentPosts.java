package dev.plimsoll.api.write.web;

import dev.plimsoll.api.write.Idempotency;
import dev.plimsoll.api.write.IdempotencyKey;
import dev.plimsoll.api.write.Once;
import dev.plimsoll.api.write.StoredAnswer;
import java.util.List;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Component;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * POSTs that may be repeated: {@code posts.by(key, project, payload).once(type, write, answer)}.
 */
@Component
public class IdempotentPosts {
    public static final String REPLAYED = "Idempotency-Replayed";

    private static final List<String> KEPT = List.of(HttpHeaders.ETAG, HttpHeaders.LOCATION);
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS).build();

    private final Idempotency idempotency;

    IdempotentPosts(Idempotency idempotency) {
        this.idempotency = idempotency;
    }

    /**
     * The request that this thread serves.
     *
     * @param key the header; null where there was none
     * @param payload what is asked for, for comparison with what the key stood for before
     */
    public Post by(@Nullable String key, UUID projectId, Object payload) {
        return new Post(key == null ? null : key(key, projectId, payload));
    }

    private static IdempotencyKey key(String sent, UUID projectId, Object payload) {
        var attributes = (ServletRequestAttributes) RequestContextHolder.currentRequestAttributes();
        return IdempotencyKey.of(
                projectId,
                Origins.current().author(),
                sent,
                attributes.getRequest().getRequestURI() + " " + JSON.writeValueAsString(payload));
    }

    /** One request. */
    public final class Post {
        private final @Nullable IdempotencyKey key;

        private Post(@Nullable IdempotencyKey key) {
            this.key = key;
        }

        public <W, B> ResponseEntity<B> once(
                Class<B> type, Supplier<W> write, Function<W, ResponseEntity<B>> answer) {
            return once(type, write, answer, written -> written);
        }

        /**
         * @param afterwards what is done when the write is safe, and only the first time; may lead
         *     to another answer than the one that is kept
         */
        public <W, B> ResponseEntity<B> once(
                Class<B> type,
                Supplier<W> write,
                Function<W, ResponseEntity<B>> answer,
                UnaryOperator<W> afterwards) {
            return switch (idempotency.once(key, write, it -> stored(answer.apply(it)))) {
                case Once.Done<W>(var written) -> answer.apply(afterwards.apply(written));
                case Once.Repeated<W>(var stored) -> replayed(stored, type);
            };
        }
    }

    private static StoredAnswer stored(ResponseEntity<?> answer) {
        var headers = new TreeMap<String, String>();
        for (var name : KEPT) {
            var value = answer.getHeaders().getFirst(name);
            if (value != null) {
                headers.put(name, value);
            }
        }
        return new StoredAnswer(
                answer.getStatusCode().value(), headers, JSON.writeValueAsString(answer.getBody()));
    }

    private static <B> ResponseEntity<B> replayed(StoredAnswer stored, Class<B> type) {
        var answer = ResponseEntity.status(stored.status()).header(REPLAYED, "true");
        stored.headers().forEach(answer::header);
        return answer.body(JSON.readValue(stored.body(), type));
    }
}
