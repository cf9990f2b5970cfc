package dev.plimsoll.api.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.plimsoll.api.support.ApiClient;
import dev.plimsoll.api.support.ApiTest;
import dev.plimsoll.api.support.Follower;
import dev.plimsoll.api.support.InParallel;
import dev.plimsoll.api.support.Likeness;
import dev.plimsoll.api.support.Operation;
import dev.plimsoll.api.support.Payload;
import dev.plimsoll.api.tenancy.FirstProject;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.json.JsonMapper;

class EventStreamTest extends ApiTest {
    private static final int STREAMS_OF_A_PROJECT = 50;
    private static final int PROJECTS_THAT_FILL_A_SERVER = 4;
    private static final String FROM_THE_FIRST = "0";

    @Autowired private EventFeed feed;
    @Autowired private MeterRegistry meters;
    private final List<Follower> followers = new ArrayList<>();
    private UUID web;

    @BeforeEach
    void aLoadBalancer() {
        api.create(Payload.onPrivateAddress("web")).isOk();
        web = world.id(project.projectId(), "web");
    }

    @AfterEach
    void noStreamIsLeft() {
        followers.forEach(Follower::close);
        await().until(() -> open() == 0);
    }

    @Test
    void whatHappensIsToldAsTheListHasIt() {
        var stream = follow(null);
        var ofProject = followProject(null);
        world.happens(web, "FAILOVER", "The standby took over");
        await().until(() -> stream.events().size() == 1 && ofProject.events().size() == 1);
        var listed = api.get("load-balancers/web/events").isOk().json().at("/events/0");
        assertThat(stream.events()).containsExactly(listed);
        assertThat(ofProject.events()).containsExactly(listed);
        assertThat(stream.ids()).containsExactly(listed.path("id").asString());
    }

    @Test
    void streamIsLikeTheOneShown() {
        var stream = followProject(null);
        world.happens(web, "FAILOVER", "The standby took over");
        await().until(() -> stream.events().size() == 1);
        for (var id : List.of("StreamEvents", "StreamEventsOfLoadBalancer")) {
            var shown = Operation.called(id).shown("text/event-stream").asString();
            var data = Pattern.compile("(?m)^data: (.*)$").matcher(shown);
            assertThat(data.find()).isTrue();
            var event = JsonMapper.shared().readTree(data.group(1));
            assertThat(Likeness.fewestDifferences(event, stream.events().stream())).isEmpty();
        }
    }

    @Test
    void silentStreamSaysThatItIsThere() {
        var stream = follow(null);
        await().until(() -> stream.comments() >= 2);
        assertThat(stream.hasEnded()).isFalse();
        assertThat(stream.events()).isEmpty();
    }

    @Test
    void streamBeginsWhereTheClientSays() {
        world.happens(web, "READY", "one");
        world.happens(web, "READY", "two");
        var all = follow(FROM_THE_FIRST);
        await().until(() -> all.events().size() == 2);
        var rest = follow(all.ids().getFirst());
        var none = follow(all.ids().getLast());
        world.happens(web, "READY", "three");
        await().until(() -> rest.events().size() == 2 && none.events().size() == 1);
        assertThat(messages(rest)).containsExactly("two", "three");
        assertThat(messages(none)).containsExactly("three");
    }

    @Test
    void eachHearsItsOwn() {
        api.create(Payload.onPrivateAddress("other")).isOk();
        var stranger = anotherProject();
        var theirs = new ApiClient(base(), stranger.projectId(), stranger.adminToken());
        theirs.create(Payload.onPrivateAddress("web")).isOk();
        var ofWeb = follow(null);
        var ofProject = followProject(null);
        world.happens(world.id(stranger.projectId(), "web"), "READY", "of a stranger");
        world.happens(world.id(project.projectId(), "other"), "READY", "of other");
        world.happens(web, "READY", "of web");
        await().until(() -> ofWeb.events().size() == 1 && ofProject.events().size() == 2);
        assertThat(messages(ofWeb)).containsExactly("of web");
        assertThat(messages(ofProject)).containsExactly("of other", "of web");
        theirs.get(pathOfProject(project)).isProblem(403, 7);
        api.get("load-balancers/nobody/events:stream").isProblem(404, 5);
    }

    @Test
    void idsThatCannotBeAreNamed() {
        for (var id : List.of("one", "-1", "1.5", "9".repeat(19), "9".repeat(18))) {
            api.get("load-balancers/web/events:stream", "Last-Event-ID", id)
                    .blames("#header/Last-Event-ID");
        }
    }

    @Test
    void eventThatIsCommittedLateIsNeitherLostNorOvertaken() throws SQLException {
        var stream = follow(null);
        try (var first = database.getConnection();
                var second = database.getConnection()) {
            first.setAutoCommit(false);
            second.setAutoCommit(false);
            write(first, "first");
            write(second, "second");
            second.commit();
            var resumed = follow(FROM_THE_FIRST);
            int before = stream.comments() + resumed.comments();
            await().until(() -> stream.comments() + resumed.comments() > before + 4);
            assertThat(meters.get("plimsoll.events.held").timeGauge().value(TimeUnit.SECONDS))
                    .isPositive();
            assertThat(stream.events()).isEmpty();
            assertThat(resumed.events()).isEmpty();
            first.commit();
            await().until(() -> stream.events().size() == 2 && resumed.events().size() == 2);
            assertThat(messages(stream)).containsExactly("first", "second");
            assertThat(messages(resumed)).containsExactly("first", "second");
        }
    }

    @Test
    void eventThatIsTakenBackHoldsNobodyUpForLonger() throws SQLException {
        var stream = follow(null);
        try (var first = database.getConnection()) {
            first.setAutoCommit(false);
            write(first, "first");
            world.happens(web, "READY", "second");
            first.rollback();
            await().until(() -> stream.events().size() == 1);
            assertThat(messages(stream)).containsExactly("second");
        }
    }

    /** Writers at once, in transactions of different lengths, some of which are taken back. */
    @Test
    void nothingIsLostOrDoubledHoweverOftenAStreamIsResumed() {
        var random = new Random(42);
        var writers =
                IntStream.range(0, 5)
                        .<Callable<Integer>>mapToObj(i -> () -> writeMany(new Random(i), 40))
                        .toList();
        var steady = follow(null);
        var got = new ArrayList<String>();
        var last = FROM_THE_FIRST;
        var writing = Thread.ofVirtual().start(() -> InParallel.run(writers.size(), writers));
        boolean areDone;
        do {
            areDone = !writing.isAlive();
            int take = 1 + random.nextInt(20);
            int missing = areDone ? written().size() - got.size() : Integer.MAX_VALUE;
            try (var part = new Follower(url("web"), project.adminToken(), last)) {
                boolean all = areDone;
                await().until(() ->
                        part.events().size() >= Math.min(take, missing)
                                || (!all && !writing.isAlive()));
                for (var event : part.events()) {
                    last = event.path("id").asString();
                    got.add(last);
                }
            }
        } while (!areDone || got.size() < written().size());
        assertThat(got).isEqualTo(written());
        await().until(() -> steady.events().size() >= written().size());
        assertThat(steady.ids()).isEqualTo(written());
    }

    private int writeMany(Random random, int transactions) throws SQLException {
        for (int i = 0; i < transactions; i++) {
            try (var connection = database.getConnection()) {
                connection.setAutoCommit(false);
                int rows = 1 + random.nextInt(3);
                for (int row = 0; row < rows; row++) {
                    write(connection, "some");
                }
                if (random.nextInt(3) == 0) {
                    try (var statement = connection.createStatement()) {
                        statement.execute("SELECT pg_sleep(" + random.nextDouble(0.03) + ")");
                    }
                }
                if (random.nextInt(5) == 0) {
                    connection.rollback();
                } else {
                    connection.commit();
                }
            }
        }
        return transactions;
    }

    private List<String> written() {
        return jdbc.sql("SELECT id::text FROM event e WHERE load_balancer_id = ? ORDER BY e.id")
                .param(web)
                .query(String.class)
                .list();
    }

    @Test
    void eventIsToldEvenIfNobodyTellsOfIt() throws SQLException {
        var stream = follow(null);
        try (var connection = database.getConnection();
                var statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("SET LOCAL session_replication_role = replica");
            write(connection, "silently");
            connection.commit();
            connection.setAutoCommit(true);
        }
        await().until(() -> messages(stream).equals(List.of("silently")));
    }

    @Test
    void streamEndsWithItsToken() {
        var revoked = anotherToken("nlb.reader");
        var expired = anotherToken("nlb.reader");
        var first = new Follower(url("web"), revoked, null);
        var second = new Follower(url("web"), expired, null);
        var third = follow(null);
        followers.addAll(List.of(first, second));
        end("revoked_at", revoked);
        end("expires_at", expired);
        await().until(() -> first.hasEnded() && second.hasEnded());
        assertThat(third.hasEnded()).isFalse();
        with(revoked).get("load-balancers/web/events:stream").isProblem(401, 16);
    }

    @Test
    void streamsEndWhenTheServiceStops() {
        var stream = follow(null);
        feed.stop();
        try {
            await().until(stream::hasEnded);
        } finally {
            feed.start();
        }
        var next = follow(null);
        world.happens(web, "READY", "again");
        await().until(() -> next.events().size() == 1);
    }

    @Test
    void streamsAreBoundedAndLeaveNothingWhenTheirClientsVanish() throws IOException {
        var others = Stream.generate(this::anotherProject).limit(3).toList();
        var projects = Stream.concat(Stream.of(project), others.stream()).toList();
        assertThat(projects).hasSize(PROJECTS_THAT_FILL_A_SERVER);
        var refusedBefore = refused("too-many-streams");
        var sockets = new ArrayList<Socket>();
        try {
            for (var each : projects) {
                for (int i = 0; i < STREAMS_OF_A_PROJECT; i++) {
                    sockets.add(openRaw(each));
                }
                if (each == project) {
                    api.get(pathOfProject(each)).isProblem(429, 8);
                }
            }
            assertThat(open()).isEqualTo(sockets.size());
            var fifth = anotherProject();
            var late = new ApiClient(base(), fifth.projectId(), fifth.adminToken());
            var full = late.get(pathOfProject(fifth)).isProblem(503, 14);
            assertThat(full.string("/type")).isEqualTo("/problems/streams-exhausted");
            assertThat(full.header("Retry-After")).isNotEmpty();
            assertThat(refused("too-many-streams")).isEqualTo(refusedBefore + 1);
            api.get("load-balancers/web").isOk();
        } finally {
            for (int i = 0; i < sockets.size(); i++) {
                if (i % 2 == 0) {
                    sockets.get(i).setSoLinger(true, 0);
                }
                sockets.get(i).close();
            }
        }
        await().until(() -> open() == 0);
        var next = follow(null);
        world.happens(web, "READY", "still");
        await().until(() -> next.events().size() == 1);
        assertThat(meters.get("hikaricp.connections.active").gauge().value()).isLessThan(POOL);
    }

    private Socket openRaw(FirstProject of) throws IOException {
        var socket = new Socket("127.0.0.1", base().getPort());
        socket.setSoTimeout(30_000);
        var request =
                "GET %s HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n\r\n"
                        .formatted(pathOfProject(of), of.readerToken());
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        var status = new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII);
        assertThat(status).isEqualTo("HTTP/1.1 200");
        return socket;
    }

    private double open() {
        return meters.get("plimsoll.events.streams").gauge().value();
    }

    private double refused(String type) {
        return meters.get("plimsoll.api.problems").tag("type", type).counter().count();
    }

    private String anotherToken(String role) {
        return with(project.operatorToken())
                .post(
                        "/admin/v1/projects/" + project.projectId() + "/tokens",
                        "{\"name\":\"x\",\"role\":\"%s\"}".formatted(role))
                .isOk()
                .string("/secret");
    }

    private void end(String column, String token) {
        jdbc.sql(
                        "UPDATE api_token SET %s = now() - interval '1 second' WHERE sha256 = sha256(?::bytea)"
                                .formatted(column))
                .param(token)
                .update();
    }

    private void write(Connection connection, String message) throws SQLException {
        try (var insert =
                connection.prepareStatement(
                        """
                        INSERT INTO event (project_id, load_balancer_id, type, message)
                        VALUES (?, ?, 'READY', ?)
                        """)) {
            insert.setObject(1, project.projectId());
            insert.setObject(2, web);
            insert.setString(3, message);
            insert.executeUpdate();
        }
    }

    private Follower follow(String lastEventId) {
        return following(url("web"), lastEventId);
    }

    private Follower followProject(String lastEventId) {
        return following(URI.create(base() + pathOfProject(project)), lastEventId);
    }

    private Follower following(URI url, String lastEventId) {
        var follower = new Follower(url, project.readerToken(), lastEventId);
        followers.add(follower);
        return follower;
    }

    private URI url(String name) {
        return URI.create(
                "%s/v2/projects/%s/regions/eu01/load-balancers/%s/events:stream"
                        .formatted(base(), project.projectId(), name));
    }

    private static String pathOfProject(FirstProject of) {
        return "/v2/projects/" + of.projectId() + "/events:stream";
    }

    private static List<String> messages(Follower follower) {
        return follower.events().stream().map(it -> it.path("message").asString()).toList();
    }
}
