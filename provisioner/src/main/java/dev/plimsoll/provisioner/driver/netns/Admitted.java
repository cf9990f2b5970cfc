package dev.plimsoll.provisioner.driver.netns;

import dev.plimsoll.provisioner.driver.netns.InterfaceFilter.Admission;
import dev.plimsoll.provisioner.machine.Arrangement.Opening;
import dev.plimsoll.provisioner.machine.Arrangement.Transport;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a set of rules lets in, be it what groups say or what nft(8) says is in force. */
record Admitted(List<Admission> admissions) {
    private static final Pattern RULE =
            Pattern.compile(
                    "ip saddr (?:\\{ ([^}]*) }|(\\S+)) (tcp|udp) dport (\\d+)(?:-(\\d+))? accept");

    /**
     * @param listing of a filter's table, by nft(8)
     */
    static Admitted listed(String listing) {
        return new Admitted(
                RULE.matcher(listing.replaceAll("\\s+", " "))
                        .results()
                        .map(Admitted::admission)
                        .toList());
    }

    private static Admission admission(MatchResult rule) {
        var sources = Objects.requireNonNullElse(rule.group(1), rule.group(2));
        var first = Integer.parseInt(rule.group(4));
        var last = rule.group(5) == null ? first : Integer.parseInt(rule.group(5));
        return new Admission(
                Transport.valueOf(rule.group(3).toUpperCase(Locale.ROOT)),
                first,
                last,
                Stream.of(sources.split(","))
                        .flatMap(source -> blocks(source.strip()).stream())
                        .toList());
    }

    /** Neighbours are listed as one range, whatever they were when they were put in force. */
    private static List<Ipv4Block> blocks(String source) {
        int dash = source.indexOf('-');
        return dash < 0
                ? Ipv4Block.parse(source).stream().toList()
                : Ipv4Block.between(
                        Ipv4.of(source.substring(0, dash)), Ipv4.of(source.substring(dash + 1)));
    }

    boolean holds(Collection<Opening> openings, Collection<Ipv4> machines) {
        return openings.stream()
                .allMatch(opening ->
                        machines.stream()
                                .allMatch(machine ->
                                        admissions.stream()
                                                .anyMatch(it -> holds(it, opening, machine))));
    }

    private static boolean holds(Admission admission, Opening opening, Ipv4 machine) {
        return admission.transport() == opening.transport()
                && admission.firstPort() <= opening.port()
                && opening.port() <= admission.lastPort()
                && admission.from().stream().anyMatch(block -> block.contains(machine));
    }

    List<String> lines() {
        return admissions.stream().filter(it -> !it.from().isEmpty()).map(Admitted::line).toList();
    }

    private static String line(Admission admission) {
        var ports =
                admission.firstPort() == admission.lastPort()
                        ? "" + admission.firstPort()
                        : admission.firstPort() + "-" + admission.lastPort();
        return "%s %s from %s"
                .formatted(
                        admission.transport().name().toLowerCase(Locale.ROOT),
                        ports,
                        admission.from().stream()
                                .map(Ipv4Block::toString)
                                .sorted()
                                .collect(Collectors.joining(", ")));
    }
}
