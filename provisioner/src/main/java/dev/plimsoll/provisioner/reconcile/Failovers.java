package dev.plimsoll.provisioner.reconcile;

import dev.plimsoll.provisioner.machine.MachineSpec;
import dev.plimsoll.provisioner.work.Lease;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What is known of a VIP's move, written down as soon as its new owner is seen. */
final class Failovers {
    private Failovers() {}

    /**
     * From whoever was seen active last, if there was anybody else. Times are those of the agents
     * where they say them, and of the database else. No gap is written down where the VIP had moved
     * before anybody noticed the loss.
     */
    static void note(JdbcClient sql, Lease lease, MachineSpec to) {
        sql.sql(
                        """
                        with earlier as (
                            select m.*, s.role, s.role_since, s.connected, h.active_connections,
                                   case when m.found_dead_at is not null then 'MACHINE_DIED'
                                        when m.last_yield_at >= m.last_active_at
                                            then m.last_yield_reason
                                        when m.state = 'DRAINING' then 'REPLACEMENT'
                                        when s.connected and s.role <> 'ACTIVE' then 'VIP_LOST'
                                        else 'UNKNOWN' end as cause
                            from machine m
                            left join agent_status s on s.machine_id = m.id
                            left join agent_heartbeat h on h.machine_id = m.id
                            where m.load_balancer_id = :loadBalancer and m.id <> :to
                              and m.last_active_at is not null
                            order by m.last_active_at desc limit 1),
                        facts as (
                            select e.id, e.cause,
                                   case e.cause
                                       when 'MACHINE_DIED' then e.found_dead_at
                                       when 'VIP_LOST' then e.role_since
                                       when 'UNKNOWN' then null
                                       else e.last_yield_at end as detected_at,
                                   case when e.cause = 'MACHINE_DIED' then e.found_dead_at
                                        when e.role <> 'ACTIVE' then e.role_since end as lost_at,
                                   coalesce(e.lost_connections, e.active_connections) as connections
                            from earlier e)
                        insert into failover (load_balancer_id, project_id, from_machine,
                            to_machine, cause, detected_at, vip_moved_at, gap_millis, connections)
                        select :loadBalancer, :project, f.id, s.machine_id, f.cause, f.detected_at,
                               s.role_since,
                               case when f.lost_at is not null and (f.cause <> 'MACHINE_DIED'
                                             or s.role_since >= f.lost_at)
                                   then greatest(0,
                                       extract(epoch from s.role_since - f.lost_at) * 1000)::bigint
                               end,
                               f.connections
                        from facts f cross join agent_status s
                        where s.machine_id = :to
                        """)
                .param("loadBalancer", lease.loadBalancer().value())
                .param("project", lease.project())
                .param("to", to.id().value())
                .update();
    }
}
