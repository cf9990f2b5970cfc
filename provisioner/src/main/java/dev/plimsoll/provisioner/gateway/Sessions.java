package dev.plimsoll.provisioner.gateway;

import dev.plimsoll.provisioner.machine.MachineId;
import dev.plimsoll.provisioner.work.LoadBalancerId;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The open streams of this gateway, at most one for each machine: the newest. */
final class Sessions {
    private final Map<MachineId, Session> byMachine = new ConcurrentHashMap<>();
    private final Map<LoadBalancerId, Map<MachineId, Session>> byLoadBalancer =
            new ConcurrentHashMap<>();

    /** The one that was there before. */
    Optional<Session> add(Session session) {
        byLoadBalancer.compute(
                session.loadBalancer(),
                (_, present) -> {
                    var sessions =
                            present == null ? new ConcurrentHashMap<MachineId, Session>() : present;
                    sessions.put(session.machine(), session);
                    return sessions;
                });
        return Optional.ofNullable(byMachine.put(session.machine(), session));
    }

    void remove(Session session) {
        byMachine.remove(session.machine(), session);
        byLoadBalancer.computeIfPresent(
                session.loadBalancer(),
                (_, present) -> {
                    present.remove(session.machine(), session);
                    return present.isEmpty() ? null : present;
                });
    }

    Optional<Session> of(MachineId machine) {
        return Optional.ofNullable(byMachine.get(machine));
    }

    Collection<Session> of(LoadBalancerId loadBalancer) {
        return List.copyOf(byLoadBalancer.getOrDefault(loadBalancer, Map.of()).values());
    }

    Collection<Session> all() {
        return List.copyOf(byMachine.values());
    }

    int size() {
        return byMachine.size();
    }
}
