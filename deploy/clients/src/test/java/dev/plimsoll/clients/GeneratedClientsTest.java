package dev.plimsoll.clients;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Clients generated from the bundled document compile, and each takes a load balancer from its
 * order to its removal and decodes an error.
 */
class GeneratedClientsTest {
    @TempDir static Path folder;
    private static Installation installation;

    @BeforeAll
    static void up() throws Exception {
        installation = Installation.up(folder.resolve("data"));
    }

    @AfterAll
    static void down() throws Exception {
        installation.close();
    }

    @Test
    void java() throws Exception {
        new JavaFlow(installation).run();
    }

    @Test
    void go() throws Exception {
        new Toolchains(installation).go("generated/go");
    }

    @Test
    void python() throws Exception {
        new Toolchains(installation).python("generated/python");
    }

    @Test
    void typescript() throws Exception {
        new Toolchains(installation).typescript("generated/typescript");
    }
}
