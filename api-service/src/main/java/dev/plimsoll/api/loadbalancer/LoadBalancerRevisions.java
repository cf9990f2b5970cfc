package dev.plimsoll.api.loadbalancer;

import org.springframework.data.repository.Repository;

interface LoadBalancerRevisions extends Repository<LoadBalancerRevision, LoadBalancerRevision.Key> {
    LoadBalancerRevision saveAndFlush(LoadBalancerRevision revision);
}
