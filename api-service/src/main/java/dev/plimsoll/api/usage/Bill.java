package dev.plimsoll.api.usage;

import dev.plimsoll.api.region.Region;
import java.time.YearMonth;
import java.util.List;
import java.util.UUID;

/** What a project is charged for in a calendar month; each line is one charge. */
public record Bill(UUID projectId, String projectName, YearMonth month, List<Line> lines) {
    public Bill {
        lines = List.copyOf(lines);
    }

    /** A charge and whose it is. */
    public record Line(Region region, UsedLoadBalancer loadBalancer, Charge charge) {}
}
