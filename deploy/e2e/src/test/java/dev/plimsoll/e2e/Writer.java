package dev.plimsoll.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Changes one load balancer without a pause, each change once, by whichever API service takes it:
 * the next is asked where one refuses the connection or is unavailable, as any client would.
 */
final class Writer implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Fleet fleet;
    private final String loadBalancer;
    private final List<String> answered = new ArrayList<>();
    private final Map<String, Integer> passedOn = new TreeMap<>();
    private final Thread thread = Thread.ofVirtual().unstarted(this::write);
    private int api;
    private volatile boolean isEnding;

    Writer(Fleet fleet, String loadBalancer) {
        this.fleet = fleet;
        this.loadBalancer = loadBalancer;
    }

    Writer start() {
        thread.start();
        return this;
    }

    private void write() {
        for (int i = 0; !isEnding; i++) {
            var label = "n" + i;
            while (!isTaken(label)) {
                api = (api + 1) % fleet.apis().size();
            }
            synchronized (this) {
                answered.add(label);
            }
        }
    }

    /** Reads first: an answer may have been lost, but not what was written. */
    private boolean isTaken(String label) {
        var present = call(fleet.request(api, "/" + loadBalancer).GET());
        if (present.isEmpty()) {
            return false;
        }
        var changed = (ObjectNode) present.get();
        if (changed.path("labels").path("written").asText().equals(label)) {
            return true;
        }
        changed.remove("externalAddress"); // was allocated
        changed.putObject("labels").put("written", label);
        return call(fleet.request(api, "/" + loadBalancer)
                        .PUT(BodyPublishers.ofString(changed.toString())))
                .isPresent();
    }

    private Optional<JsonNode> call(HttpRequest.Builder request) {
        try {
            var answer = fleet.answer(request);
            if (answer.statusCode() == 200) {
                return Optional.of(JSON.readTree(answer.body()));
            }
            passOn(
                    answer.statusCode()
                            + " "
                            + answer.headers().firstValue("Retry-After").orElse("-"));
        } catch (ConnectException refused) {
            passOn("connection refused");
        } catch (IOException e) {
            passOn(e.toString());
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return Optional.empty();
    }

    private synchronized void passOn(String why) {
        passedOn.merge(why, 1, Integer::sum);
    }

    /** Changes that were answered with 200, in order. */
    synchronized List<String> answered() {
        return List.copyOf(answered);
    }

    /** What else came of a request, and how often. */
    synchronized Map<String, Integer> passedOn() {
        return Map.copyOf(passedOn);
    }

    @Override
    public void close() throws InterruptedException {
        isEnding = true;
        thread.join();
    }
}
