package dev.plimsoll.agent.app.push;

import java.net.URI;
import org.jspecify.annotations.Nullable;

/** The parts of a push URL that count. Who the agent is comes from credentials, never from here. */
record PushUrl(boolean isTls, String host, int port, String pathAndQuery, String shown) {

    /**
     * @throws IllegalArgumentException for what is no URL of a server, which the API does not admit
     */
    static PushUrl of(String text) {
        var url = URI.create(text);
        var host = url.getHost();
        if (host == null || url.getScheme() == null) {
            throw new IllegalArgumentException("Not a URL of a server");
        }
        var isTls = url.getScheme().equals("https");
        var path = url.getRawPath() == null || url.getRawPath().isEmpty() ? "/" : url.getRawPath();
        var at = host + (url.getPort() < 0 ? "" : ":" + url.getPort());
        return new PushUrl(
                isTls,
                host.startsWith("[") ? host.substring(1, host.length() - 1) : host,
                url.getPort() < 0 ? isTls ? 443 : 80 : url.getPort(),
                path + query(url.getRawQuery()),
                url.getScheme() + "://" + at + path);
    }

    private static String query(@Nullable String query) {
        return query == null ? "" : "?" + query;
    }

    /** As the header {@code Host} has it. */
    String authority() {
        var name = host.indexOf(':') < 0 ? host : "[" + host + "]";
        return port == (isTls ? 443 : 80) ? name : name + ":" + port;
    }

    /** Without what may be a secret. */
    @Override
    public String toString() {
        return shown;
    }
}
