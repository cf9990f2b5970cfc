package dev.plimsoll.agent.app;

import dev.plimsoll.agent.app.machine.ConfigDocument;
import dev.plimsoll.agent.app.machine.ConfigStore;
import dev.plimsoll.agent.app.machine.ConfigTrial;
import dev.plimsoll.agent.engine.ApplyOutcome;
import dev.plimsoll.agent.engine.Engine;
import dev.plimsoll.agent.protocol.AgentConfig;
import dev.plimsoll.agent.protocol.AgentMessage;
import dev.plimsoll.agent.protocol.AgentMessage.ConfigApplied;
import dev.plimsoll.agent.protocol.AgentMessage.ConfigRefused;
import dev.plimsoll.agent.protocol.AgentMessage.Refusal;
import dev.plimsoll.agent.protocol.GatewayMessage.ConfigPushed;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which configuration the engine has, how the last attempt to change it ended, and what is tried
 * again. Used by the agent's control thread only.
 */
final class ConfigInForce {
    private static final Logger log = LoggerFactory.getLogger(ConfigInForce.class);

    private static final Duration TRIAL = Duration.ofSeconds(10);

    private final UUID loadBalancer;
    private final Engine engine;
    private final ConfigStore store;
    private final ConfigTrial trial;
    private final AgentMeters meters;
    private final Consumer<AgentConfig> inForce;
    private long inForceSinceNanos = System.nanoTime();

    /** Refused for want of an address, which may become free. */
    private @Nullable ConfigDocument waiting;

    private @Nullable ConfigRefused lastRefusal;

    ConfigInForce(
            UUID loadBalancer,
            Engine engine,
            ConfigStore store,
            ConfigTrial trial,
            AgentMeters meters,
            Consumer<AgentConfig> inForce) {
        this.loadBalancer = loadBalancer;
        this.engine = engine;
        this.store = store;
        this.trial = trial;
        this.meters = meters;
        this.inForce = inForce;
    }

    /** Takes the newest saved configuration that can be used. */
    void restore() {
        for (var document : store.load()) {
            if (!trial.mayBegin(document.sha256())) {
                refused(setAside(document.config().revision()));
            } else if (engine.apply(document.config(), document.sha256())
                    instanceof ApplyOutcome.Applied(var applied)) {
                log.atInfo()
                        .addKeyValue("revision", applied.revision())
                        .addKeyValue("generation", applied.generation())
                        .log("Last known good configuration in force");
                inForce.accept(document.config());
                return;
            }
        }
    }

    AgentMessage onPushed(ConfigPushed pushed) {
        ConfigDocument document;
        try {
            document = ConfigDocument.of(pushed.document(), pushed.sha256());
        } catch (ConfigDocument.Malformed e) {
            return refused(
                    new ConfigRefused(pushed.revision(), Refusal.INVALID, e.pointer(), e.detail()));
        }
        if (!loadBalancer.equals(document.config().loadBalancerId())) {
            return refused(
                    new ConfigRefused(
                            pushed.revision(),
                            Refusal.INVALID,
                            "/loadBalancerId",
                            "This agent belongs to " + loadBalancer + "."));
        }
        if (!trial.mayBegin(document.sha256())) {
            return refused(setAside(pushed.revision()));
        }
        return apply(document);
    }

    private static ConfigRefused setAside(long revision) {
        return new ConfigRefused(
                revision,
                Refusal.INVALID,
                "",
                "The agent ended "
                        + ConfigTrial.MOST_LIVES
                        + " times soon after this configuration came into force.");
    }

    /** Called every second: a configuration that has lasted is not on trial any more. */
    void settle() {
        if (System.nanoTime() - inForceSinceNanos > TRIAL.toNanos()) {
            trial.passed();
        }
    }

    private AgentMessage apply(ConfigDocument document) {
        var before = engine.applied();
        return switch (engine.apply(document.config(), document.sha256())) {
            case ApplyOutcome.Applied(var applied) -> {
                waiting = null;
                lastRefusal = null;
                if (!applied.equals(before)) {
                    inForceSinceNanos = System.nanoTime();
                    log.atInfo()
                            .addKeyValue("revision", applied.revision())
                            .addKeyValue("generation", applied.generation())
                            .log("Configuration in force");
                    unsaved = document;
                    inForce.accept(document.config());
                }
                yield new ConfigApplied(applied);
            }
            case ApplyOutcome.Refused(var refusal) -> {
                waiting = mayPass(refusal) ? document : null;
                yield refused(refusal);
            }
        };
    }

    private @Nullable ConfigDocument unsaved;

    /**
     * After the acknowledgement: the disk must not delay it. A failure leaves the agent serving.
     */
    void save() {
        var document = unsaved;
        unsaved = null;
        if (document == null) {
            return;
        }
        try {
            store.save(document);
        } catch (IOException e) {
            meters.saveFailed();
            log.atError()
                    .setCause(e)
                    .addKeyValue("revision", document.config().revision())
                    .log("Configuration in force could not be saved");
        }
    }

    /** Listens where the present configuration says; what could not be had is tried again. */
    Optional<AgentMessage> listen(Duration patience) {
        return switch (engine.listen(patience)) {
            case null -> Optional.empty();
            case ApplyOutcome.Applied(var applied) -> {
                lastRefusal = null;
                yield Optional.of(new ConfigApplied(applied));
            }
            case ApplyOutcome.Refused(var refusal) -> news(refusal);
        };
    }

    /**
     * Tries again what failed for an address.
     *
     * @return what the gateway does not know yet
     */
    Optional<AgentMessage> retry() {
        var document = waiting;
        if (document != null) {
            var known = lastRefusal;
            var answer = apply(document);
            return answer.equals(known) ? Optional.empty() : Optional.of(answer);
        }
        return engine.isListening() && engine.applied() != null && !engine.isServing()
                ? listen(Duration.ZERO)
                : Optional.empty();
    }

    private Optional<AgentMessage> news(ConfigRefused refusal) {
        boolean known = refusal.equals(lastRefusal);
        var answer = refused(refusal);
        return known ? Optional.empty() : Optional.of(answer);
    }

    private AgentMessage refused(ConfigRefused refusal) {
        if (!refusal.equals(lastRefusal)) {
            meters.configRefused(refusal.code());
            log.atWarn()
                    .addKeyValue("revision", refusal.revision())
                    .addKeyValue("code", refusal.code())
                    .addKeyValue("path", refusal.path())
                    .addKeyValue("detail", refusal.detail())
                    .log("Configuration refused");
        }
        lastRefusal = refusal;
        return refusal;
    }

    private static boolean mayPass(ConfigRefused refusal) {
        return switch (refusal.code()) {
            case ADDRESS_IN_USE, ADDRESS_NOT_AVAILABLE, PORT_NOT_PERMITTED -> true;
            case INVALID, UNSUPPORTED, STALE -> false;
        };
    }
}
