package dev.plimsoll.provisioner.driver.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** In the agent's place: does nothing until it is told to end; deaf to that with a file "deaf". */
public final class StandInAgent {
    private StandInAgent() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        var given = List.of(arguments);
        var folder = Path.of(given.get(given.indexOf("--dir") + 1));
        if (Files.exists(folder.resolveSibling("deaf"))) {
            Runtime.getRuntime().addShutdownHook(new Thread(StandInAgent::waitForEver));
        }
        System.out.println("stand-in started with " + System.getProperty("extra", "nothing more"));
        Files.writeString(folder.resolve("started"), "");
        waitForEver();
    }

    private static void waitForEver() {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
