package dev.plimsoll.provisioner.work;

import java.util.UUID;

public record LoadBalancerId(UUID value) {
    public static LoadBalancerId of(String text) {
        return new LoadBalancerId(UUID.fromString(text));
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
