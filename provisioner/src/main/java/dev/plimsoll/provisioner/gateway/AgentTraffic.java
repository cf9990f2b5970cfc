package dev.plimsoll.provisioner.gateway;

import dev.plimsoll.agent.protocol.AgentMessage.TrafficMeasured;
import dev.plimsoll.provisioner.machine.MachineId;

/** What one agent tells of its traffic, on one stream. */
final class AgentTraffic {
    private final MachineId machine;
    private final SessionContext context;
    private final AgentClock clock = new AgentClock();

    AgentTraffic(MachineId machine, SessionContext context) {
        this.machine = machine;
        this.context = context;
    }

    /** Written down with that of others; where somebody waits for it, now, and then answered. */
    void take(TrafficMeasured told, Mailbox mailbox) throws InterruptedException {
        var slots = clock.place(told, System.currentTimeMillis());
        var inquiry = told.inquiry();
        if (inquiry == null) {
            context.traffic().add(machine, slots);
            return;
        }
        context.database()
                .whileOpen(
                        mailbox,
                        () -> {
                            context.traffic().write(machine, slots);
                            context.inquiries().answered(inquiry, machine);
                        });
    }
}
