package dev.plimsoll.api.connection;

import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Why a connection ended, in the names of the contract, which agents use as well. */
public enum ConnectionCause {
    FIN("Both sides ended it in order, %s first."),
    RESET("It was reset by %s."),
    IDLE("Nothing was sent in either direction for the listener's idle timeout."),
    SHUTDOWN("The agent ended while it was open: its machine was stopped or replaced."),
    FAULT("The agent had a fault."),
    ORDERED("Somebody asked for its end through this API."),
    SOURCE_RANGE("The client is in none of the allowed source ranges."),
    MAX_CONNECTIONS(
            "All connections that the plan allows were in use: choose a larger plan, or have idle"
                    + " connections end sooner."),
    TOO_MANY_CONNECTING(
            "Too many connections waited for their target to accept: look for targets that do not"
                    + " answer."),
    NO_HEALTHY_TARGET("No target of the pool was healthy: .../health says why."),
    TARGETS_UNREACHABLE(
            "Every target that was tried refused the connection or did not answer: .../health says"
                    + " more."),
    LISTENER_REMOVED("The listener was removed, or the agent was no longer the active one."),
    NOT_TLS("The client did not speak TLS."),
    HELLO_MALFORMED("The client's first TLS message was malformed."),
    HELLO_TOO_LARGE("The client's first TLS message was too long."),
    HELLO_TIMEOUT("The client did not complete its first TLS message in time."),
    TOO_MANY_HELLOS("Too many clients had not completed their first TLS message."),
    UNKNOWN_SERVER_NAME(
            "No listener of the port has the server name that the client asked for, and none takes"
                    + " all others."),
    TOO_MANY_PARKED("Too many connections waited for the first health check of a target."),
    CLIENT_GONE("The client left before a target was reached."),
    NO_DESCRIPTORS("The agent had no descriptor left."),
    STOPPING("The agent was about to end."),
    /** Of a newer agent. */
    OTHER("The agent has a reason that this service does not know.");

    private static final Map<String, ConnectionCause> BY_NAME =
            Arrays.stream(values()).collect(Collectors.toMap(Enum::name, Function.identity()));

    private final String sentence;

    ConnectionCause(String sentence) {
        this.sentence = sentence;
    }

    static ConnectionCause of(String name) {
        return BY_NAME.getOrDefault(name, OTHER);
    }

    String sentence(ConnectionView.ClosedBy by) {
        return sentence.formatted(
                switch (by) {
                    case CLIENT -> "the client";
                    case TARGET -> "the target";
                    case AGENT -> "the agent";
                });
    }
}
