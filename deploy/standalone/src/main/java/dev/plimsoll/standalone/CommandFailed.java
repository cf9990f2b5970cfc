package dev.plimsoll.standalone;

import java.net.BindException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;

/** A command cannot go on; the message is the one line that its user reads. */
final class CommandFailed extends RuntimeException {
    private static final long serialVersionUID = 1L;

    CommandFailed(String message) {
        super(message);
    }

    CommandFailed(String message, Throwable cause) {
        super(message, cause);
    }

    /** One line for a failure that nobody foresaw, most telling cause first. */
    static String sentence(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            var message = String.valueOf(cause.getMessage());
            if (message.contains("No space left on device")) {
                return "the disk is full: " + firstLine(message);
            }
            switch (cause) {
                case CommandFailed known -> {
                    return firstLine(String.valueOf(known.getMessage()));
                }
                case AccessDeniedException denied -> {
                    return "no permission for " + denied.getFile();
                }
                case BindException bind -> {
                    return "cannot listen: " + firstLine(String.valueOf(bind.getMessage()));
                }
                case FileSystemException file -> {
                    return file.getFile() + ": " + file.getReason();
                }
                default -> {}
            }
        }
        return firstLine(String.valueOf(failure));
    }

    private static String firstLine(String text) {
        return text.lines().findFirst().orElse(text);
    }
}
