package dev.plimsoll.api.plan;

public record Plan(
        String region,
        String id,
        String name,
        String description,
        String flavorName,
        int maxConnections) {}
