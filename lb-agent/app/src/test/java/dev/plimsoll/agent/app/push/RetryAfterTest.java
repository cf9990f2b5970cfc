package dev.plimsoll.agent.app.push;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import org.junit.jupiter.api.Test;

class RetryAfterTest {
    @Test
    void secondsCountWithinReason() {
        assertThat(HttpPush.wait("17")).isEqualTo(Duration.ofSeconds(17));
        assertThat(HttpPush.wait("999999999")).isEqualTo(Duration.ofMinutes(5));
        assertThat(HttpPush.wait("-1")).isZero();
        assertThat(HttpPush.wait("soon")).isZero();
        assertThat(HttpPush.wait(null)).isZero();
    }

    @Test
    void dateCountsAsWell() {
        var now = ZonedDateTime.now(ZoneOffset.UTC);

        assertThat(HttpPush.wait(DateTimeFormatter.RFC_1123_DATE_TIME.format(now.plusMinutes(2))))
                .isBetween(Duration.ofSeconds(110), Duration.ofSeconds(120));
        assertThat(HttpPush.wait(DateTimeFormatter.RFC_1123_DATE_TIME.format(now.minusDays(1))))
                .isZero();
    }
}
