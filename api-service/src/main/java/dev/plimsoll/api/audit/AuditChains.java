package dev.plimsoll.api.audit;

import dev.plimsoll.api.audit.ChainReport.Fault;
import dev.plimsoll.api.audit.ChainReport.Kind;
import dev.plimsoll.api.problem.DomainFailure;
import dev.plimsoll.api.read.Cursor;
import dev.plimsoll.api.read.Page;
import dev.plimsoll.api.read.Rows;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/**
 * Looks through the chains of the audit, each from its first entry to the head that it had when the
 * look began. Every project has a chain; the nil UUID stands for what belongs to no project.
 */
@Repository
public class AuditChains {
    static final UUID INSTALLATION = new UUID(0, 0);

    private static final int BATCH = 500;

    private final JdbcClient jdbc;

    AuditChains(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** The chain of the whole installation first, then those of projects, by their ids. */
    public Page<ChainReport> verify(int size, @Nullable String pageId) {
        var chains =
                jdbc.sql(
                                """
                                SELECT id FROM (SELECT id FROM project UNION ALL SELECT :nil) chain
                                WHERE :after::uuid IS NULL OR id > :after
                                ORDER BY id LIMIT :most
                                """)
                        .param("nil", INSTALLATION)
                        .param("after", pageId == null ? null : Cursor.uuid(pageId))
                        .param("most", size + 1)
                        .query((row, _) -> Rows.uuid(row, "id"))
                        .list();
        var page = Page.of(chains, size, Cursor::of);
        return new Page<>(page.map(it -> verified(it, null)), page.nextPageId());
    }

    public ChainReport verify(UUID chain, @Nullable KnownHead known) {
        if (!chain.equals(INSTALLATION)) {
            var _ =
                    jdbc.sql("SELECT 1 FROM project WHERE id = ?")
                            .param(chain)
                            .query(Integer.class)
                            .optional()
                            .orElseThrow(() -> new DomainFailure.NotFound("project not found"));
        }
        return verified(chain, known);
    }

    private ChainReport verified(UUID chain, @Nullable KnownHead known) {
        var head = head(chain);
        var walk = new ChainWalk(known);
        Fault fault = null;
        List<ChainedEntry> batch;
        do {
            batch = links(chain, walk.position(), head.position());
            fault = walk.over(batch);
        } while (fault == null && batch.size() == BATCH);
        if (fault == null) {
            fault = walk.endsAt(head);
        }
        if (fault == null) {
            fault = unchained(chain, head.position() + 1);
        }
        return new ChainReport(
                chain.equals(INSTALLATION) ? null : chain,
                head.position(),
                HexFormat.of().formatHex(head.sha256()),
                fault);
    }

    /** The end that a chain is said to have. */
    record Head(long position, byte[] sha256) {}

    private Head head(UUID chain) {
        return jdbc.sql("SELECT position, sha256 FROM audit_chain WHERE id = ?")
                .param(chain)
                .query((row, _) -> new Head(row.getLong("position"), row.getBytes("sha256")))
                .optional()
                .orElseGet(() -> new Head(0, ChainWalk.BEFORE_THE_FIRST));
    }

    private List<ChainedEntry> links(UUID chain, long after, long upTo) {
        return jdbc.sql(
                        """
                        SELECT l.position, l.sha256, l.audit_entry_id, e.id, e.at, e.project_id,
                               e.author, e.client, e.request_id, e.action, e.resource,
                               e.details::text AS details
                        FROM audit_link l LEFT JOIN audit_entry e ON e.id = l.audit_entry_id
                        WHERE l.audit_chain_id = :chain
                          AND l.position > :after AND l.position <= :upTo
                        ORDER BY l.position LIMIT :most
                        """)
                .param("chain", chain)
                .param("after", after)
                .param("upTo", upTo)
                .param("most", BATCH)
                .query(ChainedEntry::of)
                .list();
    }

    private @Nullable Fault unchained(UUID chain, long position) {
        return jdbc.sql(
                        """
                        SELECT e.id FROM audit_entry e
                        WHERE e.project_id IS NOT DISTINCT FROM :project
                          AND NOT EXISTS (SELECT 1 FROM audit_link l WHERE l.audit_entry_id = e.id)
                        ORDER BY e.id LIMIT 1
                        """)
                .param("project", chain.equals(INSTALLATION) ? null : chain)
                .query(Long.class)
                .optional()
                .map(id -> new Fault(Kind.UNCHAINED, position, id))
                .orElse(null);
    }
}
