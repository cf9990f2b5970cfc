package dev.plimsoll.provisioner.campaign;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/** Deeds and the pauses before them; the same for the same seed. */
record Schedule(long seed, List<Entry> entries) {
    private static final int MOST_LOAD_BALANCERS = 3;
    private static final int DEEDS = 14;
    private static final int LONGEST_PAUSE_MILLIS = 250;

    record Entry(Duration pause, Deed deed) {}

    static Schedule of(long seed) {
        var random = new SplittableRandom(seed);
        var entries = new ArrayList<Entry>();
        var count = 1 + random.nextInt(MOST_LOAD_BALANCERS);
        for (int i = 0; i < count; i++) {
            entries.add(entry(random, new Deed.Create(Order.random(random))));
        }
        for (int i = 0; i < DEEDS; i++) {
            entries.add(entry(random, deed(random, count)));
        }
        return new Schedule(seed, List.copyOf(entries));
    }

    @Override
    public String toString() {
        return entries.stream()
                .map(entry -> "  +" + entry.pause().toMillis() + " ms " + entry.deed())
                .collect(Collectors.joining("\n", "seed " + seed + "\n", ""));
    }

    private static Entry entry(RandomGenerator random, Deed deed) {
        return new Entry(Duration.ofMillis(random.nextInt(LONGEST_PAUSE_MILLIS)), deed);
    }

    private static Deed deed(RandomGenerator random, int count) {
        var number = random.nextInt(count);
        return switch (random.nextInt(20)) {
            case 0, 1, 2, 3 -> new Deed.Update(number, Order.random(random));
            case 4, 5 -> new Deed.UpdateTwice(number, Order.random(random), Order.random(random));
            case 6 -> new Deed.Delete(number);
            case 7 -> new Deed.Create(Order.random(random));
            case 8, 9 -> new Deed.CrashMachine(number, random.nextInt(2));
            case 10 -> new Deed.DisconnectAgent(number, random.nextInt(2));
            case 11 -> new Deed.CutDatabase();
            case 12 -> new Deed.TerminateSessions();
            case 13 -> new Deed.HoldDatabase(Duration.ofMillis(random.nextInt(100, 900)));
            case 14, 15, 16 -> new Deed.KillProvisioner(1 + random.nextInt(30));
            case 17 -> new Deed.FreezeProvisioner(Duration.ofMillis(random.nextInt(1100, 1800)));
            default ->
                    new Deed.Spoil(
                            Mischief.values()[1 + random.nextInt(Mischief.values().length - 1)],
                            1 + random.nextInt(6));
        };
    }
}
