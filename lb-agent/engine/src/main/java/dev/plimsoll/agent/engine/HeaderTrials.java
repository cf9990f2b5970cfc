package dev.plimsoll.agent.engine;

import dev.plimsoll.agent.protocol.AgentMessage.ChangeRehearsed;
import dev.plimsoll.agent.protocol.HeaderReception;
import dev.plimsoll.agent.protocol.HeaderReception.Outcome;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;

/** Tries PROXY headers at targets to which they would be new: all at a time, for 2 s at most. */
final class HeaderTrials {
    private HeaderTrials() {}

    private record Trial(String path, InetSocketAddress target) {
        HeaderReception run() {
            return new HeaderReception(
                    path,
                    switch (HeaderTrial.of(target)) {
                        case TAKEN -> Outcome.TAKEN;
                        case ENDED -> Outcome.ENDED;
                        case MISREAD -> Outcome.MISREAD;
                        case UNCLEAR -> Outcome.UNCLEAR;
                    });
        }
    }

    static List<HeaderReception> of(Snapshot next, Difference difference) {
        var trials = trials(next, difference);
        if (trials.isEmpty()) {
            return List.of();
        }
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            return run(trials, threads);
        }
    }

    private static List<HeaderReception> run(List<Trial> trials, ExecutorService threads) {
        return trials.stream()
                .map(trial -> CompletableFuture.supplyAsync(trial::run, threads))
                .toList()
                .stream()
                .map(CompletableFuture::join)
                .toList();
    }

    private static List<Trial> trials(Snapshot next, Difference difference) {
        var proxiedBefore =
                difference.leaving().stream()
                        .filter(Target.Key::isProxied)
                        .map(Target.Key::place)
                        .collect(Collectors.toSet());
        var trials = new ArrayList<Trial>();
        var pools = next.config().targetPools();
        for (int i = 0; i < pools.size(); i++) {
            var pool = next.pools().get(pools.get(i).name());
            var targets = pool == null ? List.<Target>of() : pool.targets();
            for (int k = 0; k < targets.size(); k++) {
                var key = targets.get(k).key();
                if (key.isProxied()
                        && difference.joining().contains(key)
                        && !proxiedBefore.contains(key.place())
                        && trials.size() < ChangeRehearsed.MOST_HEADERS) {
                    trials.add(
                            new Trial(
                                    "/targetPools/%d/targets/%d".formatted(i, k),
                                    targets.get(k).address()));
                }
            }
        }
        return trials;
    }
}
