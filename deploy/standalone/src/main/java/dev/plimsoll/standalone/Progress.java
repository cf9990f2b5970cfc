package dev.plimsoll.standalone;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Tells the launcher how far a start is: one line a step, the last one {@code ready} or {@code
 * failed} and why.
 */
record Progress(Path file) {

    void step(String what) throws IOException {
        line(what);
    }

    void ready() throws IOException {
        line("ready");
    }

    void failed(Throwable why) throws IOException {
        line("failed " + CommandFailed.sentence(why));
    }

    private void line(String text) throws IOException {
        Files.writeString(file, text + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
}
