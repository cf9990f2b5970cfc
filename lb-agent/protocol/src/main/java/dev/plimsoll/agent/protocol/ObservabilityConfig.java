package dev.plimsoll.agent.protocol;

import org.jspecify.annotations.Nullable;

/** Where an agent pushes what it measures and logs; null for what it keeps to itself. */
public record ObservabilityConfig(@Nullable PushTarget metrics, @Nullable PushTarget logs) {

    /**
     * @param url http or https
     * @param credentialsRef names the credentials, which are no part of the document
     */
    public record PushTarget(String url, String credentialsRef) {}
}
