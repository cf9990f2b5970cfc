package dev.plimsoll.provisioner.gateway;

import java.util.UUID;

/** What a session has to do. */
sealed interface Mail {
    record FromAgent(String text) implements Mail {}

    /**
     * @param again even if the newest configuration was sent before
     */
    record Push(boolean again) implements Mail {}

    /** The machine's row may want something else of its agent. */
    record Order() implements Mail {}

    /** Somebody asks the agent. */
    record Question(UUID inquiry) implements Mail {}

    default int chars() {
        return switch (this) {
            case FromAgent(var text) -> text.length();
            case Push _, Order _, Question _ -> 0;
        };
    }
}
