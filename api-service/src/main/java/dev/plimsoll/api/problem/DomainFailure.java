package dev.plimsoll.api.problem;

import java.util.List;

/** Why a request cannot be done, in the words that the client reads. */
public abstract sealed class DomainFailure extends RuntimeException {
    private static final String WRONG_PROJECT = "this project_id is not allowed to try this API";

    private DomainFailure(String message) {
        super(message, null, false, false);
    }

    /** Fields that are wrong; never empty. */
    public static final class InvalidFields extends DomainFailure {
        private final transient List<FieldError> errors;

        public InvalidFields(List<FieldError> errors) {
            super(errors.getFirst().inWords());
            this.errors = List.copyOf(errors);
        }

        public InvalidFields(FieldError error) {
            this(List.of(error));
        }

        public List<FieldError> errors() {
            return errors;
        }
    }

    public static final class Forbidden extends DomainFailure {
        public Forbidden(String message) {
            super(message);
        }

        public static Forbidden otherProject() {
            return new Forbidden(WRONG_PROJECT);
        }
    }

    public static final class NotFound extends DomainFailure {
        public NotFound(String message) {
            super(message);
        }
    }

    public static final class AlreadyExists extends DomainFailure {
        public AlreadyExists(String message) {
            super(message);
        }

        public static AlreadyExists loadBalancer() {
            return new AlreadyExists("load balancer already exists");
        }

        public static AlreadyExists forwardingRule() {
            return new AlreadyExists("forwarding rule already exists");
        }
    }

    public static final class StaleVersion extends DomainFailure {
        public StaleVersion() {
            super("version is not the current one; get the load balancer and try again");
        }
    }

    /** What is there does not allow it. */
    public static final class StateConflict extends DomainFailure {
        public StateConflict(String message) {
            super(message);
        }
    }

    public static final class Terminating extends DomainFailure {
        public Terminating() {
            super("the load balancer is being removed");
        }
    }

    public static final class PreconditionFailed extends DomainFailure {
        public PreconditionFailed() {
            super("If-Match does not have the current ETag");
        }
    }

    public static final class IdempotencyKeyReused extends DomainFailure {
        public IdempotencyKeyReused() {
            super("this Idempotency-Key was used for another request");
        }
    }

    public static final class TooManyIdempotencyKeys extends DomainFailure {
        public TooManyIdempotencyKeys() {
            super("the project has too many idempotency keys; they expire within a day");
        }
    }

    public static final class TooManyStreams extends DomainFailure {
        public TooManyStreams(int most) {
            super("the project has %d streams of events open, which is the most".formatted(most));
        }
    }

    /** Somebody asks more often than agents are to answer. */
    public abstract static sealed class AskedTooOften extends DomainFailure {
        private final long retryAfterSeconds;

        private AskedTooOften(String what, long retryAfterSeconds) {
            super(
                    "the project has asked for too many %s; try again in %d s"
                            .formatted(what, retryAfterSeconds));
            this.retryAfterSeconds = retryAfterSeconds;
        }

        public long retryAfterSeconds() {
            return retryAfterSeconds;
        }
    }

    public static final class TooManyExplanations extends AskedTooOften {
        public TooManyExplanations(long retryAfterSeconds) {
            super("explanations of targets", retryAfterSeconds);
        }
    }

    public static final class TooManyConnectionQueries extends AskedTooOften {
        public TooManyConnectionQueries(long retryAfterSeconds) {
            super("lists or ends of connections", retryAfterSeconds);
        }
    }

    public static final class StreamsExhausted extends DomainFailure {
        private StreamsExhausted(String message) {
            super(message);
        }

        public static StreamsExhausted allTaken() {
            return new StreamsExhausted(
                    "this server holds no more streams of events; try again, or list the events");
        }

        public static StreamsExhausted notYet() {
            return new StreamsExhausted("streams of events are not ready yet; try again");
        }
    }

    public static final class PageExpired extends DomainFailure {
        public PageExpired() {
            super("page_id is expired");
        }
    }

    /** Something that exists stands against it; the message says what. */
    public static final class FailedPrecondition extends DomainFailure {
        public FailedPrecondition(String message) {
            super(message);
        }
    }

    public static final class QuotaExceeded extends DomainFailure {
        private QuotaExceeded(String what) {
            super("maximum number of " + what + " reached - please contact support to increase it");
        }

        public static QuotaExceeded ofLoadBalancers() {
            return new QuotaExceeded("load balancing servers");
        }

        public static QuotaExceeded ofCredentials() {
            return new QuotaExceeded("credentials");
        }
    }
}
