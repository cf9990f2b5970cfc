package dev.plimsoll.standalone;

import dev.plimsoll.provisioner.process.ProcessIdentity;
import java.time.Instant;

/** {@code standalone.json}: written when a standalone is ready. */
record Running(
        ProcessIdentity process,
        String url,
        int apiPort,
        int managementPort,
        int gatewayPort,
        Instant readySince,
        boolean firstStart) {}
