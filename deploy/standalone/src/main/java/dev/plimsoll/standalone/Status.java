package dev.plimsoll.standalone;

import dev.plimsoll.provisioner.process.ProcessIdentity;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What runs: services, load balancers, and their agents. The agents are shown even where the
 * services are down.
 */
final class Status {
    private static final String FLEET = "/admin/v1/load-balancers?pageSize=1000";
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final DataFolder folder;

    Status(DataFolder folder) {
        this.folder = folder;
    }

    void print(Options options) throws IOException {
        var report = report();
        if (options.has("active-pid")) {
            System.out.println(activePid(report, options.text("active-pid", "")));
        } else if (options.has("json")) {
            System.out.println(DataFolder.toJson(report));
        } else {
            System.out.print(StatusReport.asText(report));
        }
    }

    private StatusReport report() throws IOException {
        var running = folder.running().filter(r -> r.process().isAlive());
        var services = new ArrayList<StatusReport.Service>();
        services.add(
                service("standalone", running.map(Running::process), running.map(Running::url)));
        services.add(service("postgresql", postgres(), Optional.empty()));
        if (folder.driver().forwards()) {
            services.add(service("demo-targets", demoTargets(), Optional.empty()));
        }
        var loadBalancers = running.isPresent() ? ask(running.get()) : LocalMachines.of(folder);
        return new StatusReport(
                folder.path().toString(), folder.driver().word(), services, loadBalancers);
    }

    private Optional<ProcessIdentity> demoTargets() throws IOException {
        return DataFolder.read(folder.demoTargets(), ProcessIdentity.class)
                .filter(ProcessIdentity::isAlive);
    }

    private Optional<ProcessIdentity> postgres() throws IOException {
        var pidFile = folder.postgres().resolve("data").resolve("postmaster.pid");
        return Files.exists(pidFile)
                ? ProcessIdentity.of(Long.parseLong(Files.readAllLines(pidFile).getFirst().strip()))
                : Optional.empty();
    }

    private static StatusReport.Service service(
            String name, Optional<ProcessIdentity> process, Optional<String> url) {
        return new StatusReport.Service(
                name,
                process.isPresent() ? "RUNNING" : "STOPPED",
                process.map(ProcessIdentity::pid).orElse(null),
                url.orElse(null));
    }

    private List<StatusReport.LoadBalancer> ask(Running running) throws IOException {
        var token =
                folder.credentials()
                        .map(Credentials::operatorToken)
                        .orElseThrow(() -> new CommandFailed("no credentials in " + folder.path()));
        var found = new ArrayList<StatusReport.LoadBalancer>();
        try (var client = HttpClient.newBuilder().connectTimeout(PATIENCE).build()) {
            var page = "";
            do {
                var answer = page(client, running.url() + FLEET + page, token);
                answer.path("loadBalancers")
                        .valueStream()
                        .map(StatusReport.LoadBalancer::from)
                        .forEach(found::add);
                var next = answer.path("nextPageId").asString("");
                page = next.isEmpty() ? "" : "&pageId=" + next;
            } while (!page.isEmpty());
        }
        return found;
    }

    private static JsonNode page(HttpClient client, String url, String token) throws IOException {
        var request =
                HttpRequest.newBuilder(URI.create(url))
                        .header("Authorization", "Bearer " + token)
                        .timeout(PATIENCE)
                        .build();
        try {
            var response = client.send(request, HttpResponse.BodyHandlers.ofString());
            if (response.statusCode() != 200) {
                throw new CommandFailed(
                        "the API answered %d: %s"
                                .formatted(response.statusCode(), response.body()));
            }
            return JsonMapper.shared().readTree(response.body());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailed("interrupted", e);
        }
    }

    /**
     * A simulated agent is no process. Of a machine with processes of its own it is the first: what
     * an agent says of itself is its number there.
     */
    private long activePid(StatusReport report, String name) throws IOException {
        var active =
                report.loadBalancers().stream()
                        .filter(lb -> lb.name().equals(name))
                        .flatMap(lb -> lb.agents().stream())
                        .filter(agent -> "ACTIVE".equals(agent.role()))
                        .filter(agent -> agent.pid() != null && agent.pid() > 0)
                        .findFirst()
                        .orElseThrow(() ->
                                new CommandFailed(
                                        "no active agent's process of a load balancer " + name));
        var recorded = folder.machines().resolve(active.machine()).resolve("process.json");
        return DataFolder.read(recorded, ProcessIdentity.class)
                .map(ProcessIdentity::pid)
                .orElseGet(() -> java.util.Objects.requireNonNull(active.pid()));
    }
}
