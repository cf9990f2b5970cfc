package dev.plimsoll.provisioner.campaign;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.util.List;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.slf4j.LoggerFactory;

/** Faults that are made on purpose fill no log, unless {@code -Dplimsoll.campaign.log=true}. */
final class QuietAboutFaults implements BeforeAllCallback, AfterAllCallback {
    private static final List<String> LOGGERS =
            List.of("dev.plimsoll", "com.zaxxer", "org.springframework", "reactor", "io.netty");

    @Override
    public void beforeAll(ExtensionContext context) {
        var level = Boolean.getBoolean("plimsoll.campaign.log") ? Level.INFO : Level.OFF;
        LOGGERS.forEach(name -> logger(name).setLevel(level));
    }

    @Override
    public void afterAll(ExtensionContext context) {
        LOGGERS.forEach(name -> logger(name).setLevel(null));
    }

    private static Logger logger(String name) {
        return (Logger) LoggerFactory.getLogger(name);
    }
}
