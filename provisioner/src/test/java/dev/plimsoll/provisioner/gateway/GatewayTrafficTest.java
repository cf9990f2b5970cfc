package dev.plimsoll.provisioner.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.plimsoll.agent.protocol.AgentMessage.MetricsReported;
import dev.plimsoll.agent.protocol.AgentMessage.TrafficMeasured;
import dev.plimsoll.agent.protocol.GatewayMessage.ReportMetrics;
import dev.plimsoll.agent.protocol.GatewayMessage.ReportTraffic;
import dev.plimsoll.agent.protocol.TrafficSlot;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** What agents tell of their traffic, and what becomes of it. */
class GatewayTrafficTest extends GatewayScene {
    private static final long HOUR = Duration.ofHours(1).toMillis();

    private final long now = System.currentTimeMillis();

    @Test
    void slotsBecomeOneRowForEachMachineAndMinute() throws Exception {
        var agent = connected(0);
        var other = connected(1);

        agent.say(new TrafficMeasured(null, now, lastMinutes(now, 7)));
        other.say(new TrafficMeasured(null, now, lastMinutes(now, 0)));

        await().atMost(LIMIT).until(() -> sum() == 24 * 7);
        await().atMost(LIMIT)
                .until(() -> meters.counter("plimsoll.gateway.traffic.slots").count() == 48);
        assertThat(ground.count("traffic_minute", loadBalancer)).isBetween(4, 6);
    }

    @Test
    void sameSlotsToldAgainAddNothingAndOthersOfTheMinuteStay() throws Exception {
        var agent = connected(0);
        var all = lastMinutes(now, 7);

        agent.say(new TrafficMeasured(null, now, all.subList(0, 15)));
        await().atMost(LIMIT).until(() -> sum() == 15 * 7);
        agent.say(new TrafficMeasured(null, now, all.subList(10, 24)));

        await().atMost(LIMIT).until(() -> sum() == 24 * 7);
    }

    @Test
    void clockThatIsAnHourFastWritesNothingIntoTheFuture() throws Exception {
        var agent = connected(0);

        agent.say(new TrafficMeasured(null, now + HOUR, lastMinutes(now + HOUR, 7)));

        await().atMost(LIMIT).until(() -> sum() == 24 * 7);
        assertThat(
                        ground.sql()
                                .sql("select max(minute) from traffic_minute")
                                .query(Long.class)
                                .single())
                .isLessThanOrEqualTo(System.currentTimeMillis() / 60_000);
    }

    @Test
    void ringForgetsWhatIsNinetyMinutesOld() throws Exception {
        var agent = connected(0);
        ground.sql()
                .sql(
                        """
                        insert into traffic_minute (load_balancer_id, machine_id, minute, slots)
                        select load_balancer_id, id, minute, '{"0": {}}'
                        from machine, generate_series(:now - 92, :now - 3) as minute
                        """)
                .param("now", (int) (now / 60_000))
                .update();
        int before = ground.count("traffic_minute", loadBalancer);

        agent.say(new TrafficMeasured(null, now, lastMinutes(now, 7)));

        await().atMost(LIMIT).until(() -> sum() == 24 * 7);
        assertThat(before).isEqualTo(90);
        assertThat(ground.count("traffic_minute", loadBalancer)).isEqualTo(90);
    }

    @Test
    void figuresThatNoAgentHasAreRefusedAndCounted() throws Exception {
        var agent = connected(0);
        var unsound =
                List.of(
                        new TrafficSlot(now - 10_000, true, Map.of("opened", -1L)),
                        new TrafficSlot(now - 15_000, true, Map.of("'; drop", 1L)));

        agent.say(new TrafficMeasured(null, now, unsound));

        await().atMost(LIMIT)
                .until(() ->
                        meters.counter("plimsoll.gateway.traffic.dropped", "reason", "refused")
                                        .count()
                                == 2);
        assertThat(ground.count("traffic_minute", loadBalancer)).isZero();
    }

    @Test
    void whoLooksNowHasTheLastSlotsInTheDatabaseBeforeTheAnswer() throws Exception {
        var agent = connected(0);
        var inquiry = asked("TRAFFIC");
        gateway.onInquiry(machineOf(0), inquiry);
        assertThat(agent.hear()).isEqualTo(new ReportTraffic(inquiry));

        agent.say(new TrafficMeasured(inquiry, now, lastMinutes(now, 7)));

        await().atMost(LIMIT).until(() -> answer(inquiry).equals("{}"));
        assertThat(sum()).isEqualTo(24 * 7);
    }

    @Test
    void pageOfMetricsIsPassedOn() throws Exception {
        var agent = connected(0);
        var inquiry = asked("METRICS");
        gateway.onInquiry(machineOf(0), inquiry);
        assertThat(agent.hear()).isEqualTo(new ReportMetrics(inquiry));

        agent.say(new MetricsReported(inquiry, "nlb_connections_active 1.0\n"));

        await().atMost(LIMIT)
                .until(() -> answer(inquiry).contains("nlb_connections_active 1.0\\n"));
    }

    /** Two of them, up to now. */
    private static List<TrafficSlot> lastMinutes(long now, long opened) {
        long first = now / TrafficSlot.MILLIS - 24;
        return LongStream.range(first, first + 24)
                .mapToObj(slot ->
                        new TrafficSlot(
                                slot * TrafficSlot.MILLIS,
                                true,
                                opened == 0 ? Map.of() : Map.of("opened", opened)))
                .toList();
    }

    private long sum() {
        return ground.sql()
                .sql(
                        """
                        select coalesce(sum((s.value #>> '{figures,opened}')::bigint), 0)
                        from traffic_minute, jsonb_each(slots) s
                        """)
                .query(Long.class)
                .single();
    }

    private UUID asked(String kind) {
        var id = UUID.randomUUID();
        ground.sql()
                .sql(
                        """
                        insert into agent_inquiry (id, load_balancer_id, machine_id, kind, expires_at)
                        values (:id, :loadBalancer, :machine, :kind,
                            clock_timestamp() + interval '10 s')
                        """)
                .param("id", id)
                .param("loadBalancer", loadBalancer.value())
                .param("machine", machineOf(0).value())
                .param("kind", kind)
                .update();
        return id;
    }

    private String answer(UUID inquiry) {
        return ground.sql()
                .sql("select coalesce(answer::text, '') from agent_inquiry where id = :id")
                .param("id", inquiry)
                .query(String.class)
                .single();
    }
}
