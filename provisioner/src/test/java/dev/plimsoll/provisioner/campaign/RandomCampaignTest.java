package dev.plimsoll.provisioner.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.provisioner.Ground;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random orders under random faults. A few schedules with every build; a campaign with {@code
 * -Dplimsoll.campaign.schedules=500}, a failed one again with {@code
 * -Dplimsoll.campaign.schedules=1 -Dplimsoll.campaign.seed=...}, and its log with {@code
 * -Dplimsoll.campaign.log=true}.
 */
@ExtendWith(QuietAboutFaults.class)
class RandomCampaignTest {
    private static final int SCHEDULES = Integer.getInteger("plimsoll.campaign.schedules", 12);
    private static final long SEED = Long.getLong("plimsoll.campaign.seed", 20_261_121);
    private static final int LANES = Integer.getInteger("plimsoll.campaign.lanes", 3);
    private static final int PROGRESS = 25;
    private static final PrintStream OUT = System.out;

    @Test
    void everythingConvergesAndNothingLeaksOrLiesWhateverFails(@TempDir Path folder)
            throws InterruptedException {
        var next = new AtomicLong(SEED);
        var failures = new ConcurrentSkipListMap<Long, String>();
        var longest = new AtomicReference<>(Duration.ZERO);
        var began = System.nanoTime();
        var lanes = new ArrayList<Thread>();
        for (int i = 0; i < LANES; i++) {
            lanes.add(
                    Thread.ofPlatform()
                            .name("lane-" + i)
                            .start(() ->
                                    LongStream.generate(next::getAndIncrement)
                                            .takeWhile(seed -> seed < SEED + SCHEDULES)
                                            .forEach(seed ->
                                                    longest.accumulateAndGet(
                                                            play(seed, folder, failures),
                                                            RandomCampaignTest::longer))));
        }
        for (var lane : lanes) {
            lane.join();
        }
        OUT.printf(
                "campaign: %d schedules from seed %d in %d s, %d failed, longest to settle %d ms%n",
                SCHEDULES,
                SEED,
                Duration.ofNanos(System.nanoTime() - began).toSeconds(),
                failures.size(),
                longest.get().toMillis());
        assertThat(failures.values()).isEmpty();
    }

    private static Duration play(
            long seed, Path folder, ConcurrentSkipListMap<Long, String> failures) {
        var schedule = Schedule.of(seed);
        if ((seed - SEED) % PROGRESS == 0) {
            OUT.println("campaign: schedule " + (seed - SEED) + " begins");
        }
        try (var ground = new Ground(4);
                var trial = new Trial(ground, newFolder(folder, seed), schedule)) {
            var problems = trial.play();
            if (!problems.isEmpty()) {
                fail(seed, schedule + "\n  " + String.join("\n  ", problems), failures);
            }
            return trial.settling();
        } catch (InterruptedException | IOException | RuntimeException e) {
            fail(seed, schedule + "\n  " + withStack(e), failures);
            return Duration.ZERO;
        }
    }

    private static void fail(long seed, String text, ConcurrentSkipListMap<Long, String> failures) {
        failures.put(seed, text);
        OUT.println("campaign: failed: " + text);
    }

    private static String withStack(Exception e) {
        var text = new StringWriter();
        e.printStackTrace(new PrintWriter(text));
        return text.toString();
    }

    private static Path newFolder(Path folder, long seed) throws IOException {
        return Files.createDirectory(folder.resolve(Long.toString(seed)));
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }
}
