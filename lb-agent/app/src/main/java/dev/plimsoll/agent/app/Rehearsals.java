package dev.plimsoll.agent.app;

import dev.plimsoll.agent.app.machine.ConfigDocument;
import dev.plimsoll.agent.app.machine.SourcePorts;
import dev.plimsoll.agent.engine.Engine;
import dev.plimsoll.agent.engine.Rehearsed;
import dev.plimsoll.agent.protocol.AgentMessage.ChangeRehearsed;
import dev.plimsoll.agent.protocol.AgentMessage.ConfigRefused;
import dev.plimsoll.agent.protocol.AgentMessage.Objection;
import dev.plimsoll.agent.protocol.AgentMessage.Refusal;
import dev.plimsoll.agent.protocol.GatewayMessage.RehearseChange;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Has the engine say what a change would do, for who asks. */
final class Rehearsals {
    /** Each has all connections counted. */
    private static final int MOST_AT_ONCE = 4;

    private static final Rehearsed NOTHING = new Rehearsed(0, null, List.of(), 0, List.of());

    private final Engine engine;
    private final int connectionCeiling;
    private final Semaphore room = new Semaphore(MOST_AT_ONCE);

    Rehearsals(Engine engine, int connectionCeiling) {
        this.engine = engine;
        this.connectionCeiling = connectionCeiling;
    }

    /**
     * @param answer is told on another thread, once, unless the agent stops meanwhile
     */
    void hold(RehearseChange question, Consumer<ChangeRehearsed> answer) {
        if (!room.tryAcquire()) {
            answer.accept(said(question, true, NOTHING));
            return;
        }
        Thread.ofVirtual()
                .name("rehearse")
                .start(() -> {
                    try {
                        answer.accept(said(question, false, rehearsed(question.document())));
                    } finally {
                        room.release();
                    }
                });
    }

    private Rehearsed rehearsed(@Nullable String document) {
        if (document == null) {
            return engine.rehearse(null);
        }
        try {
            var sha256 = ConfigDocument.sha256(document);
            return engine.rehearse(ConfigDocument.of(document, sha256).config());
        } catch (ConfigDocument.Malformed e) {
            var refusal = new ConfigRefused(0, Refusal.INVALID, e.pointer(), e.detail());
            return new Rehearsed(0, refusal, List.of(), 0, List.of());
        }
    }

    private ChangeRehearsed said(RehearseChange question, boolean isBusy, Rehearsed rehearsed) {
        return new ChangeRehearsed(
                question.inquiry(),
                isBusy,
                rehearsed.generation(),
                objection(rehearsed.refusal()),
                rehearsed.effects(),
                rehearsed.established(),
                connectionCeiling,
                SourcePorts.available(),
                rehearsed.headers());
    }

    private static @Nullable Objection objection(@Nullable ConfigRefused refusal) {
        return refusal == null
                ? null
                : new Objection(refusal.code(), refusal.path(), refusal.detail());
    }
}
