package dev.plimsoll.provisioner.machine;

/** The driver could not say something that there is no safe guess for. Ask again later. */
public final class DriverUnanswered extends RuntimeException {
    private static final long serialVersionUID = 1;

    DriverUnanswered(String text) {
        super(text);
    }
}
