package dev.plimsoll.e2e;

import static org.awaitility.Awaitility.await;

import dev.plimsoll.db.DatabaseDoor;
import dev.plimsoll.db.Migrations;
import dev.plimsoll.db.PostgresServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/**
 * Several API services and provisioners, each a process of its own, on one PostgreSQL. Machines are
 * processes of this host, in a folder that all provisioners share.
 */
final class Fleet implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofMinutes(4);

    private static final Path PROGRAMS =
            Path.of(
                    System.getProperty("java.io.tmpdir"),
                    "plimsoll-postgres-" + System.getProperty("user.name"));
    private static final String TOKEN = "plm_" + "f".repeat(43);
    private static final String OPERATORS_TOKEN = "plm_" + "o".repeat(43);

    private final Path folder;
    private final DatabaseDoor door = new DatabaseDoor();
    private PostgresServer postgres;
    private final UUID project = UUID.randomUUID();
    private final HttpClient http = HttpClient.newHttpClient();
    private final List<Replica> provisioners;
    private final List<Replica> apis;
    private final List<URI> addresses = new ArrayList<>();

    /** Nothing runs yet but PostgreSQL, with the schema and a project in it. */
    Fleet(Path folder, int size, Map<String, String> ofProvisioners) throws Exception {
        this.folder = folder;
        this.postgres = PostgresServer.startOrAdopt(folder.resolve("postgres"), PROGRAMS);
        door.leadTo(postgres.port());
        postgres.createDatabase(PostgresServer.NAME);
        Migrations.migrate(postgres.dataSource(PostgresServer.NAME));
        makeProject();
        var workers = new ArrayList<Replica>();
        var services = new ArrayList<Replica>();
        for (int i = 0; i < size; i++) {
            workers.add(provisioner(i, ofProvisioners));
            services.add(api(i));
        }
        this.provisioners = List.copyOf(workers);
        this.apis = List.copyOf(services);
    }

    List<Replica> provisioners() {
        return provisioners;
    }

    List<Replica> apis() {
        return apis;
    }

    PostgresServer postgres() {
        return postgres;
    }

    /** The services find the other server where this one was. */
    void use(PostgresServer other) {
        postgres = other;
        door.leadTo(other.port());
    }

    /** What nobody may ever read anywhere. */
    List<String> secrets() throws IOException {
        var secrets = new ArrayList<>(List.of(TOKEN, OPERATORS_TOKEN, postgres.password()));
        secrets.add(Files.readString(folder.resolve("secret.key")).strip());
        try (var machines = Files.list(folder.resolve("data/machines"))) {
            for (var machine : machines.toList()) {
                secrets.add(enrolmentToken(Files.readString(machine.resolve("bootstrap.json"))));
                secrets.add(privateKey(Files.readString(machine.resolve("key.pem"))));
            }
        }
        return secrets;
    }

    private static String enrolmentToken(String bootstrap) {
        return bootstrap.replaceFirst("(?s).*\"enrolmentToken\":\"([^\"]*)\".*", "$1");
    }

    /** Its second line: the first begins like that of any key. */
    private static String privateKey(String pem) {
        return pem.lines().skip(2).findFirst().orElseThrow();
    }

    /** Every row of every table, as text. */
    String dump() throws SQLException {
        var text = new StringBuilder();
        for (var table :
                pairs("select tablename, tablename from pg_tables where schemaname = 'public'")
                        .keySet()) {
            try (var connection = postgres.dataSource(PostgresServer.NAME).getConnection();
                    var statement = connection.createStatement();
                    var rows = statement.executeQuery("select t::text from \"" + table + "\" t")) {
                while (rows.next()) {
                    text.append(rows.getString(1)).append('\n');
                }
            }
        }
        return text.toString();
    }

    /** Of all services and agents. */
    String logs() throws IOException {
        var text = new StringBuilder();
        try (var files = Files.walk(folder)) {
            for (var file : files.filter(it -> it.toString().endsWith(".log")).toList()) {
                text.append(Files.readString(file, StandardCharsets.ISO_8859_1));
            }
        }
        return text.toString();
    }

    Path folder() {
        return folder;
    }

    /** Another process of the same name. */
    Replica twinOf(Replica replica) {
        return new Replica(
                replica,
                "plimsoll.provisioner.gateway.port",
                "0",
                folder.resolve(replica.name() + "-twin.log"));
    }

    /** All at once. */
    void start() throws Exception {
        for (var provisioner : provisioners) {
            provisioner.start();
        }
        awaitGateways(provisioners.size());
        for (var api : apis) {
            api.start();
        }
        for (var address : addresses) {
            awaitReady(address);
        }
    }

    void awaitGateways(int count) {
        await().atMost(PATIENCE).until(() -> number("select count(*) from gateway") == count);
    }

    URI address(int api) {
        return addresses.get(api);
    }

    void awaitReady(URI api) {
        await().atMost(PATIENCE)
                .ignoreExceptionsInstanceOf(IOException.class)
                .until(() -> send(HttpRequest.newBuilder(api.resolve("/readyz"))) == 200);
    }

    /** A request to one of the API services, as the project's admin. */
    HttpRequest.Builder request(int api, String path) {
        return HttpRequest.newBuilder(
                        addresses
                                .get(api)
                                .resolve(
                                        "/v2/projects/%s/regions/eu01/load-balancers%s"
                                                .formatted(project, path)))
                .timeout(Duration.ofSeconds(60))
                .header("Authorization", "Bearer " + TOKEN)
                .header("Content-Type", "application/json");
    }

    /** Of the project and region, whatever it is. */
    HttpRequest.Builder requestBeside(int api, String path) {
        var loadBalancers = request(api, "").build();
        return HttpRequest.newBuilder(loadBalancers.uri().resolve(path))
                .timeout(Duration.ofSeconds(60))
                .header("Authorization", "Bearer " + TOKEN)
                .header("Content-Type", "application/json");
    }

    /** Likewise, as an operator. */
    HttpRequest.Builder operatorsRequest(int api, String path) {
        return HttpRequest.newBuilder(addresses.get(api).resolve("/admin/v1/" + path))
                .timeout(Duration.ofSeconds(60))
                .header("Authorization", "Bearer " + OPERATORS_TOKEN);
    }

    HttpResponse<String> answer(HttpRequest.Builder request)
            throws IOException, InterruptedException {
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private int send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return answer(request).statusCode();
    }

    static String order(String name, HelloTarget... targets) {
        var list = new StringBuilder();
        for (var target : targets) {
            list.append(list.isEmpty() ? "" : ",")
                    .append("{\"ip\": \"%s\"}".formatted(target.address()));
        }
        return """
        {"name": "%s", "options": {"ephemeralAddress": true},
         "networks": [{"networkId": "f946a212-7105-47ef-a00f-6bbcc836f966",
                       "role": "ROLE_LISTENERS_AND_TARGETS"}],
         "listeners": [{"port": 8800, "protocol": "PROTOCOL_TCP", "targetPool": "web"}],
         "targetPools": [{"name": "web", "targetPort": %d, "targets": [%s]}]}
        """
                .formatted(name, targets[0].port(), list);
    }

    boolean isReady(int api, String name) throws IOException, InterruptedException {
        return answer(request(api, "/" + name)).body().contains("\"STATUS_READY\"");
    }

    /** Which provisioner's gateway has the streams of the load balancer's agents. */
    Map<String, String> gateways(String loadBalancer) throws SQLException {
        return pairs(
                """
                select a.machine_id::text, g.instance from agent_status a
                join gateway g on g.life = a.gateway
                join load_balancer l on l.id = a.load_balancer_id
                where a.connected and l.name = '%s'
                """
                        .formatted(loadBalancer));
    }

    Map<String, String> pairs(String query) throws SQLException {
        var found = new TreeMap<String, String>();
        try (var connection = postgres.dataSource(PostgresServer.NAME).getConnection();
                var statement = connection.createStatement();
                var rows = statement.executeQuery(query)) {
            while (rows.next()) {
                found.put(rows.getString(1), rows.getString(2));
            }
        }
        return found;
    }

    long number(String query) throws SQLException {
        try (var connection = postgres.dataSource(PostgresServer.NAME).getConnection();
                var statement = connection.createStatement();
                var rows = statement.executeQuery(query)) {
            rows.next();
            return rows.getLong(1);
        }
    }

    void execute(String sql) throws SQLException {
        try (var connection = postgres.dataSource(PostgresServer.NAME).getConnection();
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    long pidOf(String machine) throws SQLException {
        return number("select pid from agent_status where machine_id = '%s'".formatted(machine));
    }

    /** Agents' processes, by the folder of their machine. */
    List<String> agents() {
        return ProcessHandle.allProcesses()
                .map(ProcessHandle::pid)
                .filter(Installation::runs)
                .map(Fleet::machineOf)
                .filter(machine -> machine.startsWith(folder.resolve("data").toString()))
                .sorted()
                .toList();
    }

    private static String machineOf(long pid) {
        try {
            var words =
                    Files.readString(Path.of("/proc", Long.toString(pid), "cmdline"))
                            .split("\0", -1);
            for (int i = 0; i + 1 < words.length; i++) {
                if (words[i].equals("--dir")) {
                    return words[i + 1];
                }
            }
            return "";
        } catch (IOException gone) {
            return "";
        }
    }

    private Replica provisioner(int number, Map<String, String> more) throws IOException {
        var name = "provisioner-" + number;
        var properties = new TreeMap<>(database());
        properties.put("plimsoll.provisioner.instance", name);
        // On the class path of the all-in-one program, and nothing to a provisioner.
        properties.put(
                "spring.autoconfigure.exclude",
                "org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration,"
                    + "org.springframework.boot.data.jpa.autoconfigure.DataJpaRepositoriesAutoConfiguration");
        var port = Integer.toString(Replica.freePort());
        properties.put("plimsoll.provisioner.gateway.port", port);
        properties.put("plimsoll.provisioner.management.port", "0");
        properties.put("plimsoll.provisioner.secret-key-file", secretKey());
        properties.put("plimsoll.provisioner.local.data", folder.resolve("data").toString());
        properties.put("plimsoll.provisioner.local.agent-home", Replica.agentHome().toString());
        properties.putAll(more);
        return new Replica(
                name,
                "dev.plimsoll.provisioner.Provisioner",
                properties,
                password(),
                folder.resolve(name + ".log"));
    }

    private Replica api(int number) throws IOException {
        var name = "api-" + number;
        var port = Replica.freePort();
        addresses.add(URI.create("http://127.0.0.1:" + port));
        var properties = new TreeMap<>(database());
        properties.put("server.address", "127.0.0.1");
        properties.put("server.port", Integer.toString(port));
        properties.put("management.server.port", "0");
        properties.put("plimsoll.api.secrets.key-file", secretKey());
        properties.put("plimsoll.api.leaving", "1s");
        return new Replica(
                name,
                "dev.plimsoll.api.ApiService",
                properties,
                password(),
                folder.resolve(name + ".log"));
    }

    private Map<String, String> database() {
        return Map.of(
                "spring.datasource.url",
                "jdbc:postgresql://127.0.0.1:%d/%s".formatted(door.port(), PostgresServer.NAME),
                "spring.datasource.username",
                postgres.user(),
                "spring.datasource.hikari.minimum-idle",
                "2",
                "logging.level.root",
                "warn",
                "logging.level.dev.plimsoll",
                "info");
    }

    private Map<String, String> password() {
        return Map.of("SPRING_DATASOURCE_PASSWORD", postgres.password());
    }

    private String secretKey() {
        return folder.resolve("secret.key").toString();
    }

    private void makeProject() throws Exception {
        execute("insert into project (id, name) values ('%s', 'fleet')".formatted(project));
        execute(token("nlb.admin", TOKEN, "'" + project + "'"));
        execute(token("operator", OPERATORS_TOKEN, "null"));
    }

    private static String token(String role, String token, String ofProject) throws Exception {
        var hash =
                MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
        return "insert into api_token (sha256, name, role, project_id) values (decode('%s', 'base64'), 'fleet', '%s', %s)"
                .formatted(Base64.getEncoder().encodeToString(hash), role, ofProject);
    }

    /** What every new transaction is, of whoever is connected. */
    void setReadOnly(String value) throws SQLException {
        try (var connection = postgres.dataSource("postgres").getConnection();
                var statement = connection.createStatement()) {
            statement.execute("set default_transaction_read_only = off");
            statement.execute("alter system set default_transaction_read_only = " + value);
            statement.execute("select pg_reload_conf()");
        }
    }

    int connectionsOfServices(Connection through) throws SQLException {
        try (var statement = through.createStatement();
                var rows =
                        statement.executeQuery(
                                "select count(*) from pg_stat_activity where datname = '%s'"
                                        .formatted(PostgresServer.NAME))) {
            rows.next();
            return rows.getInt(1);
        }
    }

    /** Ends the connections of all services, and takes their places until the server has none. */
    void takeAllConnections(List<Connection> taken) throws SQLException {
        if (!taken.isEmpty()) {
            try (var statement = taken.getFirst().createStatement()) {
                statement.execute(
                        "select pg_terminate_backend(pid) from pg_stat_activity where datname = '%s'"
                                .formatted(PostgresServer.NAME));
            }
        }
        try {
            while (true) {
                taken.add(postgres.dataSource("postgres").getConnection());
            }
        } catch (SQLException full) {
            if (!"53300".equals(full.getSQLState())) {
                throw full;
            }
        }
    }

    @Override
    public void close() throws Exception {
        for (var replica : apis) {
            replica.close();
        }
        for (var replica : provisioners) {
            replica.close();
        }
        ProcessHandle.allProcesses()
                .filter(process ->
                        machineOf(process.pid()).startsWith(folder.resolve("data").toString()))
                .forEach(ProcessHandle::destroyForcibly);
        postgres.stopAtOnce();
        door.close();
    }
}
