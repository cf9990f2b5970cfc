package dev.plimsoll.provisioner.gateway;

import java.util.UUID;

/** What a session has to do. */
sealed interface Mail {
    record FromAgent(String text) implements Mail {}

    /**
     * Something else may be wanted of the agent.
     *
     * @param again even if the newest configuration was sent before
     */
    record News(boolean again) implements Mail {}

    /** Somebody asks the agent. */
    record Question(UUID inquiry) implements Mail {}

    default int chars() {
        return switch (this) {
            case FromAgent(var text) -> text.length();
            case News _, Question _ -> 0;
        };
    }
}
