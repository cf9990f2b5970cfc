package dev.plimsoll.agent.app;

import dev.plimsoll.agent.engine.Engine;
import dev.plimsoll.agent.engine.FlowQuery;
import dev.plimsoll.agent.engine.FlowRecord;
import dev.plimsoll.agent.engine.FlowSearch.Found;
import dev.plimsoll.agent.protocol.AgentMessage;
import dev.plimsoll.agent.protocol.AgentMessage.ConnectionClosed;
import dev.plimsoll.agent.protocol.AgentMessage.ConnectionsListed;
import dev.plimsoll.agent.protocol.ConnectionReport;
import dev.plimsoll.agent.protocol.GatewayMessage.CloseConnection;
import dev.plimsoll.agent.protocol.GatewayMessage.ListConnections;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells of connections, and ends one, on behalf of who asks. */
final class ConnectionAnswers {
    private static final Logger log = LoggerFactory.getLogger(ConnectionAnswers.class);

    /** Each has every event loop look at all that it holds. */
    private static final int MOST_LISTS = 2;

    private final Engine engine;
    private final AgentMeters meters;
    private final Semaphore lists = new Semaphore(MOST_LISTS);

    ConnectionAnswers(Engine engine, AgentMeters meters) {
        this.engine = engine;
        this.meters = meters;
    }

    /**
     * @param answer is told once, on any thread, unless the question makes no sense here
     */
    void list(ListConnections question, Consumer<AgentMessage> answer) {
        if (!lists.tryAcquire()) {
            meters.connectionList(false);
            answer.accept(listed(question, new Found(List.of(), 0), true));
            return;
        }
        meters.connectionList(true);
        onItsOwn(() -> {
            try {
                answer.accept(listed(question, find(question), false));
            } finally {
                lists.release();
            }
        });
    }

    /**
     * @param answer is told once, on another thread
     */
    void close(CloseConnection question, Consumer<AgentMessage> answer) {
        onItsOwn(() -> {
            boolean isClosed = engine.flowSearch().close(question.connection());
            answer.accept(new ConnectionClosed(question.inquiry(), isClosed));
        });
    }

    private interface Work {
        void run() throws InterruptedException;
    }

    private static void onItsOwn(Work work) {
        Thread.ofVirtual()
                .name("connections")
                .start(() -> {
                    try {
                        work.run();
                    } catch (InterruptedException _) {
                        Thread.currentThread().interrupt();
                    } catch (RuntimeException e) {
                        log.atWarn().setCause(e).log("A question about connections has no answer");
                    }
                });
    }

    private Found find(ListConnections question) throws InterruptedException {
        var query = query(question);
        var search = engine.flowSearch();
        return question.open() ? search.open(query) : search.ended(query);
    }

    private static FlowQuery query(ListConnections question) {
        var beforeMillis = question.beforeEpochMillis();
        var beforeId = question.beforeId();
        return new FlowQuery(
                question.client(),
                question.target() == null ? null : InetAddress.ofLiteral(question.target()),
                Objects.requireNonNullElse(question.targetPort(), 0),
                question.listener(),
                Objects.requireNonNullElse(question.sinceEpochMillis(), 0L),
                beforeMillis == null || beforeId == null
                        ? null
                        : new FlowQuery.Place(beforeMillis, beforeId),
                Math.clamp(question.most(), 1, ConnectionsListed.MOST));
    }

    private ConnectionsListed listed(ListConnections question, Found found, boolean isBusy) {
        var flows = engine.flows();
        return new ConnectionsListed(
                question.inquiry(),
                found.records().stream().map(ConnectionAnswers::report).toList(),
                found.total(),
                flows.sampledOneIn(),
                flows.capacity(),
                isBusy);
    }

    static ConnectionReport report(FlowRecord flow) {
        var target = flow.target();
        var end = flow.end();
        return new ConnectionReport(
                flow.id().toString(),
                ConnectionReport.Outcome.valueOf(flow.outcome().name()),
                flow.protocol(),
                flow.listener(),
                flow.port(),
                ip(flow.client()),
                flow.client().getPort(),
                flow.targetPool(),
                target == null ? null : ip(target),
                target == null ? null : (Integer) target.getPort(),
                flow.acceptedEpochMillis(),
                ifAny(flow.connectedEpochMillis()),
                ifAny(flow.endedEpochMillis()),
                ifAny(flow.connectMicros()),
                flow.tries(),
                flow.bytesToTarget(),
                flow.bytesToClient(),
                flow.closedBy() == null
                        ? null
                        : ConnectionReport.ClosedBy.valueOf(flow.closedBy().name()),
                end == null ? null : end.name(),
                flow.generation(),
                flow.sampledOneIn());
    }

    private static String ip(InetSocketAddress address) {
        return address.getAddress().getHostAddress();
    }

    private static @Nullable Long ifAny(long value) {
        return value == 0 ? null : (Long) value;
    }
}
