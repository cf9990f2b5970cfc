package dev.plimsoll.clients;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The SDKs that others publish for the API that Plimsoll is compatible with, as they are. */
class UnmodifiedClientsTest {
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
    void goSdk() throws Exception {
        new Toolchains(installation).go("sdk/go");
    }

    @Test
    void pythonSdk() throws Exception {
        new Toolchains(installation).python("sdk/python");
    }
}
