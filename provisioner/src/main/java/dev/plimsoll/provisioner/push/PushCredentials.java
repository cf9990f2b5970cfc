package dev.plimsoll.provisioner.push;

import dev.plimsoll.agent.protocol.PushAccess;
import dev.plimsoll.agent.protocol.PushAccess.Credentials;
import dev.plimsoll.provisioner.work.LoadBalancerId;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The credentials that orders name, opened for those who push with them and for nobody else: what
 * is opened here is never written down.
 */
public final class PushCredentials {
    private final JdbcClient sql;
    private final SealedPasswords passwords;
    private final PushSettings settings;

    /**
     * @param keyFile that the API seals with
     * @param olderKeyFiles that it sealed with before
     */
    public PushCredentials(
            DataSource database, Path keyFile, List<Path> olderKeyFiles, PushSettings settings) {
        this.sql = JdbcClient.create(database);
        this.passwords =
                new SealedPasswords(
                        Stream.concat(Stream.of(keyFile), olderKeyFiles.stream()).toList());
        this.settings = settings;
    }

    /** Empty while the newest order names none. */
    public Optional<PushAccess> access(LoadBalancerId loadBalancer) {
        var named =
                sql.sql(
                                """
                                select l.name, l.project_id, l.region_id, c.id, c.ref, c.username,
                                       c.password_sealed
                                from credential_use u
                                join load_balancer l on l.id = u.load_balancer_id
                                join credential c on c.project_id = u.project_id
                                    and c.region_id = u.region_id and c.ref = u.ref
                                where u.load_balancer_id = :id order by c.ref
                                """)
                        .param("id", loadBalancer.value())
                        .query((row, _) ->
                                new Named(
                                        row.getString("name"),
                                        row.getObject("project_id", UUID.class),
                                        row.getString("region_id"),
                                        sealed(row),
                                        row.getString("username")))
                        .list();
        if (named.isEmpty()) {
            return Optional.empty();
        }
        var first = named.getFirst();
        return Optional.of(
                new PushAccess(
                        named.stream().flatMap(this::opened).toList(),
                        first.name,
                        first.projectId.toString(),
                        first.regionId,
                        settings.every().toMillis(),
                        settings.refused(),
                        settings.allowed()));
    }

    private Stream<Credentials> opened(Named named) {
        var sealed = named.sealed;
        return passwords.open(sealed.id, sealed.password).stream()
                .map(password -> new Credentials(sealed.ref, named.username, password));
    }

    /** Those that are there and can be opened, of the ones named. */
    public Set<String> usable(LoadBalancerId loadBalancer, Set<String> refs) {
        return sql
                .sql(
                        """
                        select c.id, c.ref, c.password_sealed
                        from load_balancer l
                        join credential c on c.project_id = l.project_id
                            and c.region_id = l.region_id
                        where l.id = :id and c.ref = any(:refs::text[])
                        """)
                .param("id", loadBalancer.value())
                .param("refs", refs.toArray(String[]::new))
                .query((row, _) -> sealed(row))
                .list()
                .stream()
                .filter(it -> passwords.open(it.id, it.password).isPresent())
                .map(Sealed::ref)
                .collect(Collectors.toSet());
    }

    private static Sealed sealed(ResultSet row) throws SQLException {
        return new Sealed(
                row.getObject("id", UUID.class),
                row.getString("ref"),
                row.getBytes("password_sealed"));
    }

    private record Named(
            String name, UUID projectId, String regionId, Sealed sealed, String username) {}

    private record Sealed(UUID id, String ref, byte[] password) {}
}
