package dev.plimsoll.api.credential;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import dev.plimsoll.api.support.Answer;
import dev.plimsoll.api.support.ApiTest;
import dev.plimsoll.api.support.Payload;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** A password that goes in comes out nowhere: not in an answer, a log, or a table. */
class CanaryTest extends ApiTest {
    private static final List<String> CHATTY =
            List.of("dev.plimsoll", "org.springframework", "org.hibernate", "com.zaxxer");

    private final String canary = "canary-" + UUID.randomUUID();
    private final Recorder recorder = new Recorder();
    private final List<Logger> loggers = new ArrayList<>();

    @BeforeEach
    void logEverything() {
        var context = (LoggerContext) LoggerFactory.getILoggerFactory();
        recorder.setContext(context);
        recorder.start();
        for (var name : CHATTY) {
            var logger = context.getLogger(name);
            logger.setLevel(Level.TRACE);
            logger.setAdditive(false);
            logger.addAppender(recorder);
            loggers.add(logger);
        }
    }

    @AfterEach
    void logAsBefore() {
        for (var logger : loggers) {
            logger.detachAppender(recorder);
            logger.setAdditive(true);
            logger.setLevel(null);
        }
    }

    @Test
    void passwordIsNowhere() {
        var body =
                "{\"displayName\":\"metrics\",\"username\":\"me\",\"password\":\"" + canary + "\"}";
        var answers = new ArrayList<Answer>();
        var created = api.post("credentials", body).isOk();
        var ref = created.string("/credential/credentialsRef");
        answers.add(created);
        answers.add(api.put("credentials/" + ref, body).isOk());
        answers.add(api.get("credentials/" + ref).isOk());
        answers.add(api.get("credentials").isOk());
        answers.add(api.post("credentials", body, "Idempotency-Key", "one").isOk());
        answers.add(api.post("credentials", body, "Idempotency-Key", "one").isOk());
        answers.add(api.post("credentials", body + "}{"));
        answers.add(api.post("credentials", Payload.of(body).with("/displayName", "\"A\"")));
        answers.add(
                api.post(
                        "credentials", Payload.of(body).with("/password", "[\"" + canary + "\"]")));
        answers.add(api.post("credentials", body.replace("\":\"me", "\"!\"me")));
        answers.add(api.inRegion("xx99").post("credentials", body));
        answers.add(with(project.readerToken()).post("credentials", body));
        answers.add(with("plm_wrong").post("credentials", body));

        assertThat(answers).noneMatch(it -> it.text().contains(canary));
        assertThat(recorder.lines).anyMatch(it -> it.contains("CreateCredentialsPayloadDto"));
        assertThat(recorder.lines).noneMatch(it -> it.contains(canary));
        assertThat(tablesWith("metrics")).contains("credential");
        assertThat(tablesWith(canary)).isEmpty();
        assertThat(tablesWith(HexFormat.of().formatHex(canary.getBytes(UTF_8)))).isEmpty();
    }

    /** Rows as text have bytes in hexadecimal digits. */
    private List<String> tablesWith(String needle) {
        return jdbc
                .sql(
                        "SELECT table_name FROM information_schema.tables WHERE table_schema ="
                                + " 'public'")
                .query(String.class)
                .list()
                .stream()
                .filter(table ->
                        jdbc.sql(
                                                "SELECT count(*) FROM \""
                                                        + table
                                                        + "\" AS r WHERE position(? IN r::text) >"
                                                        + " 0")
                                        .param(needle)
                                        .query(Long.class)
                                        .single()
                                > 0)
                .toList();
    }

    private static final class Recorder extends AppenderBase<ILoggingEvent> {
        private final Queue<String> lines = new ConcurrentLinkedQueue<>();

        @Override
        protected void append(ILoggingEvent event) {
            lines.add(event.getFormattedMessage() + " " + event.getKeyValuePairs());
            if (event.getThrowableProxy() != null) {
                lines.add(ThrowableProxyUtil.asString(event.getThrowableProxy()));
            }
        }
    }
}
