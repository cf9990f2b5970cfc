package dev.plimsoll.agent.app;

import dev.plimsoll.agent.engine.Engine;
import dev.plimsoll.agent.protocol.AgentMessage.HealthReported;
import dev.plimsoll.agent.protocol.AgentMessage.MetricsReported;
import dev.plimsoll.agent.protocol.AgentMessage.Step;
import dev.plimsoll.agent.protocol.AgentMessage.TargetExplained;
import dev.plimsoll.agent.protocol.AgentMessage.TargetHealth;
import dev.plimsoll.agent.protocol.GatewayMessage.ExplainTarget;
import dev.plimsoll.agent.protocol.GatewayMessage.ReportHealth;
import dev.plimsoll.agent.protocol.GatewayMessage.ReportMetrics;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What the agent answers to who asks it. Nothing is gathered or probed unless somebody does. */
final class Answers {
    /** Each opens a few connections and waits for them. */
    private static final int MOST_EXPLANATIONS = 4;

    private final Engine engine;
    private final AgentMeters meters;
    private final Semaphore explanations = new Semaphore(MOST_EXPLANATIONS);
    private volatile Supplier<@Nullable String> metrics = () -> null;

    Answers(Engine engine, AgentMeters meters) {
        this.engine = engine;
        this.meters = meters;
    }

    void onMetrics(Supplier<String> page) {
        metrics = page::get;
    }

    MetricsReported metrics(ReportMetrics question) {
        var page = metrics.get();
        boolean fits = page != null && page.length() <= MetricsReported.MOST_CHARS;
        return new MetricsReported(question.inquiry(), fits ? page : null);
    }

    HealthReported health(ReportHealth question) {
        var targets = new ArrayList<TargetHealth>();
        for (var target : engine.targetHealthInFull()) {
            if (question.targetPool() == null
                    || question.targetPool().equals(target.targetPool())) {
                boolean inFull = targets.size() < HealthReported.MOST_IN_FULL;
                targets.add(inFull ? target : target.withoutRecent());
            }
        }
        return new HealthReported(
                question.inquiry(), targets, engine.activeConnections(), engine.connectionLimit());
    }

    /**
     * @param answer is told on another thread, once, unless the agent stops meanwhile
     */
    void explain(ExplainTarget question, Consumer<TargetExplained> answer) {
        if (!explanations.tryAcquire()) {
            meters.explanation(false);
            answer.accept(explained(question, List.of(), true));
            return;
        }
        meters.explanation(true);
        Thread.ofVirtual()
                .name("explain")
                .start(() -> {
                    try {
                        var steps =
                                engine.explain(
                                        question.targetPool(), question.ip(), question.port());
                        answer.accept(explained(question, steps, false));
                    } catch (InterruptedException _) {
                        Thread.currentThread().interrupt();
                    } finally {
                        explanations.release();
                    }
                });
    }

    private TargetExplained explained(ExplainTarget question, List<Step> steps, boolean isBusy) {
        return new TargetExplained(
                question.inquiry(),
                steps,
                isBusy,
                engine.activeConnections(),
                engine.connectionLimit());
    }
}
