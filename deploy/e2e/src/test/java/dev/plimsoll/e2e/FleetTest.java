package dev.plimsoll.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three API services and three provisioners on one PostgreSQL, killed, frozen and restarted under
 * traffic and writes. In an order, since starting them takes longer than the tests; each leaves a
 * whole fleet behind. Times are printed, and not judged: on a busy machine they say nothing.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class FleetTest {
    private static final int SIZE = 3;
    private static final Duration PATIENCE = Fleet.PATIENCE;

    /** More than a provisioner may be silent, so that an outage has every chance to do harm. */
    private static final Duration OUTAGE = Duration.ofSeconds(6);

    // Kept after a failure: the logs are there.
    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    static Path folder;

    private static Fleet fleet;
    private static HelloTarget target;

    @BeforeAll
    static void start() throws Exception {
        target = HelloTarget.start("127.0.0.61", 9791, "red");
        fleet = new Fleet(folder, SIZE, Map.of("plimsoll.provisioner.ca.renew-within", "1s"));
        fleet.start();
    }

    @AfterAll
    static void stop() throws Exception {
        fleet.close();
        target.close();
    }

    @Test
    @Order(1)
    void replicasThatStartAtOnceOnAnEmptyDatabaseShareOneAuthority() throws Exception {
        assertThat(fleet.number("select count(*) from certificate_authority")).isOne();
        assertThat(fleet.number("select count(distinct instance) from gateway")).isEqualTo(SIZE);
        order("steady");
        order("other");
        awaitPair("steady");
        awaitPair("other");
    }

    @Test
    @Order(2)
    void replicaWithANameThatIsInUseDoesNotStart() throws Exception {
        var twin = fleet.twinOf(fleet.provisioners().getFirst());
        try (twin) {
            twin.start();
            await().atMost(PATIENCE).until(() -> !twin.runs());
            assertThat(twin.logged())
                    .contains("Another provisioner named 'provisioner-0' is running")
                    .contains("plimsoll.provisioner.instance");
        }
        assertThat(fleet.number("select count(*) from gateway")).isEqualTo(SIZE);
    }

    @Test
    @Order(2)
    void linesOfTheLogSayWhatTheyAreAbout() throws Exception {
        assertThat(fleet.provisioners().getFirst().logged())
                .containsPattern("The gateway is open port=\"\\d+\" tls=\"\\w+");
    }

    @Test
    @Order(3)
    void agentsOfAKilledProvisionerDialAnotherAndItsWorkIsTakenOver() throws Exception {
        var victim = gatewayOf("steady");
        try (var steady = new SteadyCaller(vip("steady"), Tenant.LISTENER_PORT)) {
            await().atMost(PATIENCE).until(() -> steady.succeeded() > 50);

            var nanos = System.nanoTime();
            victim.kill();

            await().atMost(PATIENCE).until(() -> isServedWithout(victim, "steady"));
            report("killed: agents with another gateway", nanos);
            change("steady", "killed");
            await().atMost(PATIENCE).until(() -> fleet.isReady(0, "steady"));
            report("killed: a change in force", nanos);
            await().atMost(PATIENCE)
                    .until(() -> fleet.number("select count(*) from gateway") == SIZE - 1);
            report("killed: struck off", nanos);
            steady.stop();
            assertThat(steady.failed()).isZero();
        }
        victim.start();
        fleet.awaitGateways(SIZE);
    }

    @Test
    @Order(4)
    void frozenProvisionerIsLeftAndDoesNoWorkTwiceWhenItIsResumed() throws Exception {
        var before = fleet.agents();
        var victim = gatewayOf("steady");
        try (var steady = new SteadyCaller(vip("steady"), Tenant.LISTENER_PORT)) {
            await().atMost(PATIENCE).until(() -> steady.succeeded() > 50);

            var nanos = System.nanoTime();
            victim.freeze();

            await().atMost(PATIENCE).until(() -> isServedWithout(victim, "steady"));
            report("frozen: agents with another gateway", nanos);
            change("steady", "frozen");
            await().atMost(PATIENCE).until(() -> fleet.isReady(1, "steady"));
            report("frozen: a change in force", nanos);
            await().atMost(PATIENCE)
                    .until(() -> fleet.number("select count(*) from gateway") == SIZE - 1);
            report("frozen: struck off", nanos);

            victim.thaw();

            fleet.awaitGateways(SIZE);
            change("steady", "thawed");
            await().atMost(PATIENCE).until(() -> fleet.isReady(2, "steady"));
            steady.stop();
            assertThat(steady.failed()).isZero();
        }
        assertThat(fleet.agents()).isEqualTo(before);
    }

    /** Some are frozen with leases, in the middle of a step. */
    @Test
    @Order(5)
    void provisionersFrozenWhileTheyMakeMachinesMakeNoneTwice() throws Exception {
        var names = IntStream.range(0, 2).mapToObj(i -> "burst-" + i).toList();
        for (var name : names) {
            order(name);
        }
        await().atMost(PATIENCE)
                .until(() -> fleet.number("select count(distinct lease_owner) from work_item") > 0);
        var victim = owner();
        var nanos = System.nanoTime();
        victim.freeze();

        for (var name : names) {
            await().atMost(PATIENCE).until(() -> fleet.isReady(0, name));
        }
        report("frozen at work: all orders served", nanos);
        victim.thaw();

        fleet.awaitGateways(SIZE);
        for (var name : names) {
            awaitPair(name);
        }
        awaitNoWork();
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(fleet.agents()).isEqualTo(machines()));
        assertThat(fleet.number("select count(*) from machine where state <> 'DELETED'"))
                .isEqualTo(2L * (names.size() + 2));
        for (var name : names) {
            delete(name);
        }
        await().atMost(PATIENCE)
                .until(() ->
                        fleet.number("select count(*) from load_balancer where removed_at is null")
                                == 2);
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(fleet.agents()).isEqualTo(machines()));
    }

    @Test
    @Order(6)
    void authorityIsReplacedUnderTrafficThoughAProvisionerIsKilledMeanwhile() throws Exception {
        var streams = streams();
        var old = issuing();
        var victim = gatewayOf("steady");
        try (var steady = new SteadyCaller(vip("steady"), Tenant.LISTENER_PORT)) {
            await().atMost(PATIENCE).until(() -> steady.succeeded() > 50);
            var nanos = System.nanoTime();
            var answer =
                    fleet.answer(
                            fleet.operatorsRequest(1, "certificate-authorities:rotate")
                                    .POST(BodyPublishers.noBody()));
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            await().atMost(PATIENCE).until(() -> !authorities().containsValue("ORDERED"));

            victim.kill();

            await().atMost(PATIENCE)
                    .untilAsserted(() ->
                            assertThat(authorities().values())
                                    .containsExactlyInAnyOrder("ISSUING", "RETIRED"));
            report("rotation: the old authority retired", nanos);
            awaitPair("steady");
            awaitPair("other");
            steady.stop();
            assertThat(steady.failed()).isZero();
        }
        assertThat(streams())
                .allSatisfy((machine, count) ->
                        assertThat(count)
                                .as("streams of " + machine)
                                .isLessThanOrEqualTo(streams.get(machine) + 1));
        assertThat(issuing()).isNotEqualTo(old);
        assertThat(fleet.number("select count(private_key_sealed) from certificate_authority"))
                .isOne();
        awaitAllCertifiedBy(issuing());
        victim.start();
        fleet.awaitGateways(SIZE);
    }

    @Test
    @Order(7)
    void agentThatDiesAfterARotationIsReplacedByOneOfTheNewAuthority() throws Exception {
        var machine = fleet.gateways("other").keySet().iterator().next();
        Installation.kill(fleet.pidOf(machine));
        await().atMost(PATIENCE).until(() -> !fleet.gateways("other").containsKey(machine));
        awaitPair("other");
        awaitAllCertifiedBy(issuing());
    }

    @Test
    @Order(8)
    void restartOfEveryReplicaLosesNoWriteAndRefusesNobodyWithoutSayingSo() throws Exception {
        try (var steady = new SteadyCaller(vip("steady"), Tenant.LISTENER_PORT);
                var writer = new Writer(fleet, "other").start()) {
            await().atMost(PATIENCE).until(() -> writer.answered().size() > 20);
            for (int i = 0; i < SIZE; i++) {
                var api = fleet.apis().get(i);
                api.end();
                api.start();
                fleet.awaitReady(fleet.address(i));
            }
            for (var provisioner : fleet.provisioners()) {
                provisioner.end();
                assertThat(fleet.number(onRoster(provisioner))).as("it has left").isZero();
                provisioner.start();
                fleet.awaitGateways(SIZE);
            }
            awaitPair("steady");
            awaitPair("other");
            writer.close();
            steady.stop();

            System.out.printf(
                    "rolling restart: %d writes, passed on %s%n",
                    writer.answered().size(), writer.passedOn());
            assertThat(written("other")).containsAll(writer.answered());
            assertThat(writer.passedOn().keySet())
                    .allMatch(why -> why.equals("connection refused") || why.startsWith("503"));
            assertThat(steady.failed()).isZero();
            assertThat(steady.succeeded()).isPositive();
        }
        await().atMost(PATIENCE).until(() -> fleet.isReady(0, "other"));
    }

    @Test
    @Order(9)
    void writesGoOnWhenAnApiServiceIsKilledOrFrozen() throws Exception {
        try (var writer = new Writer(fleet, "other").start()) {
            await().atMost(PATIENCE).until(() -> writer.answered().size() > 20);
            fleet.apis().getFirst().kill();
            var answered = writer.answered().size();
            await().atMost(PATIENCE).until(() -> writer.answered().size() > answered + 20);
            writer.close();
            assertThat(written("other")).containsAll(writer.answered());
        }
        fleet.apis().getFirst().start();
        fleet.awaitReady(fleet.address(0));
    }

    @Test
    @Order(10)
    void databaseThatTakesNoWritesLeavesTrafficAndMachinesAlone() throws Exception {
        throughAnOutage(() -> {
            fleet.setReadOnly("on");
            return () -> fleet.setReadOnly("off");
        });
    }

    @Test
    @Order(11)
    void databaseWithoutAFreeConnectionLeavesTrafficAndMachinesAlone() throws Exception {
        throughAnOutage(() -> {
            var taken = new ArrayList<Connection>();
            await().atMost(PATIENCE)
                    .until(() -> {
                        fleet.takeAllConnections(taken);
                        return fleet.connectionsOfServices(taken.getFirst()) == 0;
                    });
            return () -> {
                for (var one : taken) {
                    one.close();
                }
            };
        });
    }

    @Test
    @Order(12)
    void primaryThatDiesAndIsReplacedAtAnotherAddressLeavesTrafficAlone() throws Exception {
        var before = fleet.agents();
        var primary = fleet.postgres();
        var follower = primary.follower(folder.resolve("follower"));
        try (var kept = Caller.connect(vip("steady"), Tenant.LISTENER_PORT);
                var steady = new SteadyCaller(vip("steady"), Tenant.LISTENER_PORT)) {
            kept.hear();
            await().atMost(PATIENCE).until(() -> steady.succeeded() > 50);

            primary.stopAtOnce();
            for (int i = 0; i < SIZE; i++) {
                var refused = fleet.answer(fleet.request(i, "/steady").DELETE());
                assertThat(refused.statusCode()).isEqualTo(503);
                assertThat(refused.headers().firstValue("Retry-After")).isPresent();
            }
            var nanos = System.nanoTime();
            follower.promote();
            fleet.use(follower);

            await().atMost(PATIENCE).until(() -> fleet.isReady(0, "steady"));
            report("new primary: read", nanos);
            await().atMost(PATIENCE)
                    .ignoreExceptions()
                    .untilAsserted(() -> change("steady", "after-failover"));
            await().atMost(PATIENCE).until(() -> fleet.isReady(1, "steady"));
            report("new primary: a change in force", nanos);
            steady.stop();
            assertThat(steady.failed()).isZero();
            assertThat(kept.echo("all along")).isEqualTo("all along");
        }
        fleet.awaitGateways(SIZE);
        awaitPair("steady");
        awaitPair("other");
        awaitNoWork();
        assertThat(fleet.agents()).isEqualTo(before);
    }

    /** After all that went wrong above. */
    @Test
    @Order(13)
    void noSecretIsInALogATableOrAnAnswer() throws Exception {
        var password = "of-pushes-" + UUID.randomUUID();
        var said = new StringBuilder(orderPushesWith(password));
        said.append(fleet.dump()).append(fleet.logs());
        for (var path :
                List.of(
                        "",
                        "/steady",
                        "/steady/status",
                        "/steady/health",
                        "/steady/revisions",
                        "/pushing",
                        "/pushing/status")) {
            var answer = fleet.answer(fleet.request(0, path).GET());
            assertThat(answer.statusCode()).as(path).isIn(200, 404);
            said.append(answer.body());
        }
        var secrets = fleet.secrets();
        secrets.add(password);

        assertThat(secrets).hasSize(4 + 2 * 6 + 1);
        assertThat(secrets)
                .allSatisfy(secret -> {
                    assertThat(secret).hasSizeGreaterThan(20);
                    assertThat(said.indexOf(secret)).as("a secret is found").isNegative();
                });
        assertThat(said).contains("steady", "Enrolled");
        try (var machines = Files.list(folder.resolve("data/machines"))) {
            for (var machine : machines.toList()) {
                for (var file : List.of("key.pem", "certificate.pem", "bootstrap.json")) {
                    assertThat(
                                    PosixFilePermissions.toString(
                                            Files.getPosixFilePermissions(machine.resolve(file))))
                            .as(file)
                            .isEqualTo("rw-------");
                }
            }
        }
        assertThat(
                        PosixFilePermissions.toString(
                                Files.getPosixFilePermissions(folder.resolve("secret.key"))))
                .isEqualTo("rw-------");
    }

    /** Until its agents have the password; returns what was answered. */
    private static String orderPushesWith(String password) throws Exception {
        var credentials =
                fleet.answer(
                        fleet.requestBeside(0, "credentials")
                                .POST(
                                        BodyPublishers.ofString(
                                                "{\"displayName\":\"pushes\",\"username\":\"me\",\"password\":\""
                                                        + password
                                                        + "\"}")));
        var ref =
                credentials
                        .body()
                        .replaceFirst("(?s).*\"credentialsRef\" *: *\"([^\"]*)\".*", "$1");
        var order =
                Fleet.order("pushing", target)
                        .replace(
                                "\"ephemeralAddress\": true",
                                """
                                "ephemeralAddress": true, "observability": {"metrics":
                                  {"credentialsRef": "%s", "pushUrl": "https://nobody.invalid/"}}
                                """
                                        .formatted(ref));
        var answer = fleet.answer(fleet.request(0, "").POST(BodyPublishers.ofString(order)));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        awaitPair("pushing");
        await().atMost(PATIENCE).until(() -> holdersOf(password) == 2);
        await().atMost(PATIENCE)
                .until(() ->
                        fleet.answer(fleet.request(0, "/pushing/status").GET())
                                .body()
                                .contains("UNRESOLVED"));
        return credentials.body() + answer.body();
    }

    private static long holdersOf(String password) throws IOException {
        try (var machines = Files.list(folder.resolve("data/machines"))) {
            return machines.map(machine -> machine.resolve("push.json"))
                    .filter(Files::exists)
                    .filter(file -> holds(file, password))
                    .count();
        }
    }

    private static boolean holds(Path file, String text) {
        try {
            return Files.readString(file).contains(text)
                    && PosixFilePermissions.toString(Files.getPosixFilePermissions(file))
                            .equals("rw-------");
        } catch (IOException gone) {
            return false;
        }
    }

    private interface Outage {
        End begin() throws Exception;

        interface End {
            void now() throws Exception;
        }
    }

    private static void throughAnOutage(Outage outage) throws Exception {
        var agents = fleet.agents();
        var machines = machines();
        var present = fleet.answer(fleet.request(1, "/steady").GET()).body();
        try (var kept = Caller.connect(vip("steady"), Tenant.LISTENER_PORT);
                var steady = new SteadyCaller(vip("steady"), Tenant.LISTENER_PORT)) {
            kept.hear();
            await().atMost(PATIENCE).until(() -> steady.succeeded() > 50);

            var end = outage.begin();
            try {
                for (int i = 0; i < SIZE; i++) {
                    int api = i;
                    await().atMost(PATIENCE).until(() -> isToldToComeBack(api, present));
                }
                await().atMost(PATIENCE)
                        .pollInterval(Duration.ofSeconds(1))
                        .during(OUTAGE)
                        .until(() -> steady.failed() == 0 && fleet.agents().equals(agents));
            } finally {
                end.now();
            }
            var nanos = System.nanoTime();

            await().atMost(PATIENCE)
                    .ignoreExceptions()
                    .untilAsserted(() -> change("steady", "after-" + nanos));
            for (int i = 0; i < SIZE; i++) {
                int api = i;
                await().atMost(PATIENCE).until(() -> fleet.isReady(api, "steady"));
            }
            report("outage over: a change in force", nanos);
            fleet.awaitGateways(SIZE);
            awaitPair("steady");
            awaitPair("other");
            steady.stop();
            assertThat(steady.failed()).isZero();
            assertThat(kept.echo("all along")).isEqualTo("all along");
        }
        awaitNoWork();
        assertThat(fleet.agents()).isEqualTo(agents);
        assertThat(machines()).isEqualTo(machines);
    }

    private static boolean isToldToComeBack(int api, String present) throws Exception {
        var refused =
                fleet.answer(
                        fleet.request(api, "/steady")
                                .PUT(BodyPublishers.ofString(labelled(present, "refused"))));
        return refused.statusCode() == 503
                && refused.headers().firstValue("Retry-After").isPresent();
    }

    private static String onRoster(Replica provisioner) {
        return "select count(*) from gateway where instance = '%s'".formatted(provisioner.name());
    }

    private static void awaitAllCertifiedBy(String authority) {
        await().atMost(PATIENCE)
                .untilAsserted(() ->
                        assertThat(
                                        fleet.pairs(
                                                        "select machine_id::text, certified_by from"
                                                                + " agent_status")
                                                .values())
                                .containsOnly(authority));
    }

    private static Map<String, String> authorities() throws Exception {
        return fleet.pairs("select id::text, state from certificate_authority");
    }

    private static String issuing() throws Exception {
        return fleet.pairs("select state, sha256 from certificate_authority").get("ISSUING");
    }

    /** How many streams each machine's agent has opened so far. */
    private static Map<String, Long> streams() throws Exception {
        var opened = new TreeMap<String, Long>();
        for (var machine : machines()) {
            try (var lines = Files.lines(Path.of(machine, "agent.log"))) {
                opened.put(
                        machine,
                        lines.filter(line -> line.contains("Control stream open")).count());
            }
        }
        return opened;
    }

    private static void order(String name) throws IOException, InterruptedException {
        var answer =
                fleet.answer(
                        fleet.request(0, "")
                                .POST(BodyPublishers.ofString(Fleet.order(name, target))));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    private static void delete(String name) throws IOException, InterruptedException {
        assertThat(fleet.answer(fleet.request(0, "/" + name).DELETE()).statusCode()).isEqualTo(200);
    }

    /** A label is a new generation, which the agents have to apply before it is READY again. */
    private static void change(String name, String label) throws IOException, InterruptedException {
        var present = fleet.answer(fleet.request(1, "/" + name).GET()).body();
        var answer =
                fleet.answer(
                        fleet.request(1, "/" + name)
                                .PUT(BodyPublishers.ofString(labelled(present, label))));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    private static String labelled(String present, String label) {
        return present.replaceFirst("\"externalAddress\":\"[^\"]*\",", "") // was allocated
                .replaceFirst("\"labels\":\\{[^}]*},", "")
                .replaceFirst("\\{", "{\"labels\":{\"change\":\"" + label + "\"},");
    }

    private static void awaitPair(String name) {
        await().atMost(PATIENCE)
                .until(() -> fleet.isReady(0, name) && fleet.gateways(name).size() == 2);
    }

    private static Replica gatewayOf(String name) throws Exception {
        awaitPair(name);
        var instance = fleet.gateways(name).values().iterator().next();
        return named(instance);
    }

    private static Replica owner() throws Exception {
        var owners =
                fleet.pairs(
                        "select load_balancer_id::text, lease_owner from work_item"
                                + " where lease_owner is not null");
        return owners.isEmpty()
                ? fleet.provisioners().getFirst()
                : named(owners.values().iterator().next());
    }

    private static Replica named(String instance) {
        return fleet.provisioners().stream()
                .filter(replica -> replica.name().equals(instance))
                .findFirst()
                .orElseThrow();
    }

    private static boolean isServedWithout(Replica gone, String name) throws Exception {
        var gateways = fleet.gateways(name);
        return gateways.size() == 2 && !gateways.containsValue(gone.name());
    }

    private static String vip(String name) throws Exception {
        var body = fleet.answer(fleet.request(0, "/" + name).GET()).body();
        return body.replaceFirst("(?s).*\"externalAddress\":\"([^\"]*)\".*", "$1");
    }

    private static Set<String> written(String name) throws Exception {
        return new HashSet<>(
                fleet.pairs(
                                """
                                select r.generation::text, r.spec->'labels'->>'written'
                                from load_balancer_revision r
                                join load_balancer l on l.id = r.load_balancer_id
                                where l.name = '%s'
                                  and r.spec->'labels'->>'written' is not null
                                """
                                        .formatted(name))
                        .values());
    }

    private static void awaitNoWork() {
        await().atMost(PATIENCE).until(() -> fleet.number("select count(*) from work_item") == 0);
    }

    private static List<String> machines() throws Exception {
        return fleet
                .pairs("select id::text, id::text from machine where state <> 'DELETED'")
                .keySet()
                .stream()
                .map(id -> fleet.folder().resolve("data/machines").resolve(id).toString())
                .sorted()
                .toList();
    }

    private static void report(String what, long sinceNanos) {
        System.out.printf("%s after %d ms%n", what, (System.nanoTime() - sinceNanos) / 1_000_000);
    }
}
