package dev.plimsoll.provisioner.gateway;

import dev.plimsoll.provisioner.push.PushCredentials;
import dev.plimsoll.provisioner.work.Backoff;

/** What all sessions of a gateway share. */
record SessionContext(
        GatewaySettings settings,
        Sessions sessions,
        Roster roster,
        AgentRecords records,
        DesiredReads desired,
        HealthRecords health,
        InquiryRecords inquiries,
        PushRecords pushes,
        PushCredentials credentials,
        Heartbeats heartbeats,
        TrafficRecords traffic,
        DatabaseGate database,
        Backoff repush,
        GatewayMeters meters) {}
