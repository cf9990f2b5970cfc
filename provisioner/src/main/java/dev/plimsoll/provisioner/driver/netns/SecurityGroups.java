package dev.plimsoll.provisioner.driver.netns;

import dev.plimsoll.provisioner.driver.netns.InterfaceFilter.Admission;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Groups, the interfaces that they are assigned to, and the packet filters that come of it. Each
 * assignment is a file of its own, so that nobody who assigns one group can take another's away.
 */
final class SecurityGroups {
    private static final Logger LOG = LoggerFactory.getLogger(SecurityGroups.class);

    private final Records<SecurityGroup> groups;
    private final Records<Interface> interfaces;
    private final Path assignments;
    private final Records<InForce> inForce;

    /**
     * @param namespace tells one namespace from the next of the same name
     */
    private record InForce(String ruleset, String namespace) {}

    SecurityGroups(Path folder, Records<Interface> interfaces) {
        this.groups = new Records<>(folder.resolve("groups"), SecurityGroup.class);
        this.interfaces = interfaces;
        this.assignments = folder.resolve("assignments");
        this.inForce = new Records<>(folder.resolve("in-force"), InForce.class);
    }

    SecurityGroup get(UUID id) throws IOException {
        return groups.get(id).orElseThrow(() -> new IOException("There is no group " + id));
    }

    boolean exists(UUID id) throws IOException {
        return groups.get(id).isPresent();
    }

    void put(SecurityGroup group) throws IOException {
        groups.put(group.id(), group);
    }

    void delete(UUID group) throws IOException {
        for (var member : members(group)) {
            unassign(member, group);
        }
        Files.deleteIfExists(assignments.resolve(group.toString()));
        groups.delete(group);
    }

    void assign(UUID member, UUID group) throws IOException {
        var folder = assignments.resolve(group.toString());
        Files.createDirectories(folder);
        try {
            Files.createFile(folder.resolve(member.toString()));
        } catch (FileAlreadyExistsException _) {
            // it has it already
        }
    }

    void unassign(UUID member, UUID group) throws IOException {
        Files.deleteIfExists(assignments.resolve(group.toString()).resolve(member.toString()));
    }

    Set<UUID> members(UUID group) throws IOException {
        var folder = assignments.resolve(group.toString());
        if (!Files.isDirectory(folder)) {
            return Set.of();
        }
        var members = new LinkedHashSet<UUID>();
        try (var files = Files.list(folder)) {
            files.forEach(file -> members.add(UUID.fromString(file.getFileName().toString())));
        }
        return members;
    }

    List<SecurityGroup> of(UUID member) throws IOException {
        var found = new ArrayList<SecurityGroup>();
        for (var group : groups.all()) {
            if (Files.exists(
                    assignments.resolve(group.id().toString()).resolve(member.toString()))) {
                found.add(group);
            }
        }
        return found;
    }

    /** Every interface's filter is what its groups say. A server that is gone has none. */
    void apply() throws IOException {
        for (var link : interfaces.all()) {
            if (link.isOutside()) {
                continue;
            }
            if (Files.exists(Path.of(link.namespace()))) {
                apply(link);
            } else {
                LOG.atWarn()
                        .addKeyValue("interfaceId", link.id())
                        .addKeyValue("namespace", link.namespace())
                        .log("A server has no namespace, so its packet filter cannot be set");
            }
        }
    }

    void apply(Interface link) throws IOException {
        var wanted = new InForce(filter(link).text(), key(link));
        if (!inForce.get(link.id()).filter(wanted::equals).isPresent()) {
            link.place().nft(wanted.ruleset());
            inForce.put(link.id(), wanted);
        }
    }

    void lift(Interface link) throws IOException {
        inForce.delete(link.id());
        if (Files.exists(Path.of(link.namespace()))) {
            link.place().nft(InterfaceFilter.nothing(link.id()));
        }
    }

    /** What the interface's groups say. */
    Admitted wanted(Interface link) throws IOException {
        return new Admitted(filter(link).admissions());
    }

    /** What its namespace says: empty where the filter is gone, which lets everything in. */
    Optional<Admitted> applied(Interface link) {
        try {
            var table = InterfaceFilter.name(link.id());
            return Optional.of(
                    Admitted.listed(link.place().run("", "nft", "list", "table", "inet", table)));
        } catch (IOException e) {
            LOG.atDebug().setCause(e).log("An interface's filter cannot be listed");
            return Optional.empty();
        }
    }

    private InterfaceFilter filter(Interface link) throws IOException {
        var admissions = new ArrayList<Admission>();
        for (var group : of(link.id())) {
            for (var rule : group.rules()) {
                admissions.add(
                        new Admission(
                                rule.transport(),
                                rule.firstPort(),
                                rule.lastPort(),
                                remotes(rule)));
            }
        }
        return new InterfaceFilter(link.id(), link.link(), admissions);
    }

    private Set<Ipv4Block> remotes(SecurityGroup.Rule rule) throws IOException {
        var block = rule.remoteBlock();
        if (block != null) {
            return Set.of(Ipv4Block.of(block));
        }
        var group = groups.get(Objects.requireNonNull(rule.remoteGroup()));
        if (group.isEmpty()) {
            return Set.of();
        }
        var blocks = new LinkedHashSet<Ipv4Block>();
        group.get().addresses().forEach(address -> blocks.add(Ipv4Block.of(address)));
        for (var member : members(group.get().id())) {
            interfaces.get(member).ifPresent(link -> blocks.add(Ipv4Block.of(link.address())));
        }
        return blocks;
    }

    private static String key(Interface link) throws IOException {
        return "" + Files.getAttribute(Path.of(link.namespace()), "unix:ino");
    }
}
