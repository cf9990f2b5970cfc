package dev.plimsoll.api.forwarding;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A rule as it is read, or as it was sent; then, what is null was not given. */
public record ForwardingRule(
        @Nullable String name,
        @Nullable Integer port,
        @Nullable Integer backendPort,
        List<Member> members,
        boolean proxyProtocol) {

    public ForwardingRule {
        name = name == null || name.isEmpty() ? null : name;
        members = List.copyOf(members);
    }

    /** Where connections go. */
    public record Member(@Nullable String ip, @Nullable String name) {}
}
