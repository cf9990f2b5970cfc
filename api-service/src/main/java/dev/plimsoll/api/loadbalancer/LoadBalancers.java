package dev.plimsoll.api.loadbalancer;

import jakarta.persistence.LockModeType;
import java.util.Optional;
import java.util.UUID;
import org.springframework.data.jpa.repository.Lock;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.Repository;

interface LoadBalancers extends Repository<LoadBalancer, UUID> {

    LoadBalancer saveAndFlush(LoadBalancer loadBalancer);

    boolean existsByProjectIdAndRegionIdAndNameAndRemovedAtIsNull(
            UUID projectId, String regionId, String name);

    /** Holds the row until the transaction ends: writers of one load balancer queue up. */
    @Lock(LockModeType.PESSIMISTIC_WRITE)
    @Query(
            """
            SELECT lb FROM LoadBalancer lb
            WHERE lb.projectId = :projectId AND lb.regionId = :regionId AND lb.name = :name
              AND lb.removedAt IS NULL
            """)
    Optional<LoadBalancer> lock(UUID projectId, String regionId, String name);
}
