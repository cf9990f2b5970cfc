package dev.plimsoll.agent.app.vip;

import java.io.BufferedReader;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The machine's keepalived moves the VIP. It says on a FIFO who has it, and reads in a file whether
 * this machine may: the file says no until the agent serves, while it yields, and once it ends.
 * Whoever supervises the machine says no in it while the agent does not live, and says on the FIFO
 * while the file says no and the peer's adverts arrive.
 */
final class KeepalivedClaim implements VipClaim {
    private static final Logger log = LoggerFactory.getLogger(KeepalivedClaim.class);
    private static final Pattern LINE = Pattern.compile("INSTANCE \"([^\"]*)\" ([A-Z_]+).*");
    private static final Duration LOOK = Duration.ofMillis(500);
    private static final Duration AFTER_FAILURE = Duration.ofSeconds(1);
    private static final Duration HEARING_LASTS = Duration.ofSeconds(2);
    private static final String MAY = "0\n";
    private static final String MUST_NOT = "1\n";

    private final Path fifo;
    private final Path track;
    private final VipEvents events;
    private final ReentrantLock guard = new ReentrantLock();
    private final Condition changed = guard.newCondition();
    private final Map<String, Boolean> masters = new HashMap<>();
    private boolean yielding;
    private boolean ending;
    private boolean holding;
    private boolean hasHeard;
    private long heardAtNanos;
    private boolean failing;
    private boolean isDeaf;

    KeepalivedClaim(Path fifo, Path track, VipEvents events) throws IOException {
        this.fifo = fifo;
        this.track = track;
        this.events = events;
        write(MUST_NOT);
    }

    @Override
    public boolean isListeningAlways() {
        return true;
    }

    @Override
    public void start() {
        Thread.ofPlatform().daemon().name("agent-vip").start(this::listen);
        Thread.ofPlatform().daemon().name("agent-vip-track").start(this::keepTrack);
    }

    @Override
    public void onConfiguration() {
        guard.lock();
        try {
            changed.signalAll();
        } finally {
            guard.unlock();
        }
    }

    @Override
    public void yielding(boolean toPeer) {
        guard.lock();
        try {
            if (toPeer && !yielding) {
                hasHeard = false;
            }
            yielding = toPeer;
            changed.signalAll();
        } finally {
            guard.unlock();
        }
    }

    @Override
    public boolean hearsPeer() {
        guard.lock();
        try {
            return hasHeard && System.nanoTime() - heardAtNanos < HEARING_LASTS.toNanos();
        } finally {
            guard.unlock();
        }
    }

    @Override
    public void end(Duration patience) {
        long nanos = patience.toNanos();
        guard.lock();
        try {
            ending = true;
            say();
            changed.signalAll();
            while (holding && nanos > 0) {
                nanos = changed.awaitNanos(nanos);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            guard.unlock();
        }
    }

    /** What the file says is looked at again and again: others write it as well. */
    private void keepTrack() {
        guard.lock();
        try {
            while (!ending) {
                say();
                var _ = changed.await(LOOK.toMillis(), TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            guard.unlock();
        }
    }

    private void say() {
        var wanted = !ending && !yielding && events.hasConfiguration() ? MAY : MUST_NOT;
        try {
            if (!wanted.equals(read())) {
                write(wanted);
                log.atInfo()
                        .addKeyValue("mayHaveVip", wanted.equals(MAY))
                        .log("Told keepalived whether the VIP may come");
            }
            failing = false;
        } catch (IOException e) {
            if (!failing) {
                failing = true;
                log.atError().setCause(e).log("Cannot tell keepalived whether the VIP may come");
            }
        }
    }

    private String read() throws IOException {
        try (var file = FileChannel.open(track, StandardOpenOption.READ)) {
            var content = ByteBuffer.allocate(MAY.length());
            file.read(content);
            return new String(content.array(), 0, content.position(), StandardCharsets.US_ASCII);
        }
    }

    /** In place and of one length, so that nobody ever reads an empty file. */
    private void write(String content) throws IOException {
        try (var file =
                FileChannel.open(track, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            file.write(ByteBuffer.wrap(content.getBytes(StandardCharsets.US_ASCII)));
        }
    }

    private void listen() {
        try {
            while (true) {
                listenOnce();
                Thread.sleep(AFTER_FAILURE);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** Opened for both directions: that neither waits for a writer nor ends with one. */
    private void listenOnce() {
        if (!Files.exists(fifo) || Files.isRegularFile(fifo)) {
            deaf(new NoSuchFileException(fifo.toString(), null, "not a FIFO"));
            return;
        }
        try (var both = new RandomAccessFile(fifo.toFile(), "rw");
                var in =
                        new BufferedReader(
                                new InputStreamReader(
                                        new FileInputStream(both.getFD()),
                                        StandardCharsets.US_ASCII))) {
            isDeaf = false;
            for (var line = in.readLine(); line != null; line = in.readLine()) {
                onLine(line);
            }
        } catch (IOException e) {
            deaf(e);
        }
    }

    private void deaf(IOException e) {
        if (!isDeaf) {
            isDeaf = true;
            log.atError().setCause(e).log("Cannot hear keepalived; trying on");
        }
    }

    private void onLine(String line) {
        var words = LINE.matcher(line);
        if (!words.matches()) {
            return;
        }
        switch (words.group(2)) {
            case "MASTER" -> onState(words.group(1), true);
            case "BACKUP", "FAULT", "STOP", "DELETED" -> onState(words.group(1), false);
            case "HEARS" -> onPeerHeard();
            default -> log.atDebug().addKeyValue("line", line).log("Not a state");
        }
    }

    private void onPeerHeard() {
        guard.lock();
        try {
            hasHeard = true;
            heardAtNanos = System.nanoTime();
        } finally {
            guard.unlock();
        }
    }

    private void onState(String instance, boolean isMaster) {
        boolean before;
        boolean now;
        guard.lock();
        try {
            masters.put(instance, isMaster);
            before = holding;
            now = masters.containsValue(true);
            holding = now;
            changed.signalAll();
        } finally {
            guard.unlock();
        }
        if (now && !before) {
            events.onVipTaken(false);
        } else if (!now && before) {
            events.onVipLost();
        }
    }
}
