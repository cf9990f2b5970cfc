package dev.plimsoll.provisioner.machine;

import java.util.UUID;

public record MachineId(UUID value) {
    public static MachineId of(String text) {
        return new MachineId(UUID.fromString(text));
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
