package dev.plimsoll.api.loadbalancer;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import java.util.UUID;
import org.hibernate.annotations.UuidGenerator;
import org.jspecify.annotations.Nullable;

/** Made with its load balancer, so that its id is known from the first answer on. */
@Entity
class SecurityGroup {
    @Id
    @UuidGenerator(style = UuidGenerator.Style.VERSION_7)
    private @Nullable UUID id;

    private UUID projectId;
    private UUID loadBalancerId;
    private String kind;
    private String name;

    enum Kind {
        /** Attached to targets; admits the load balancer. */
        TARGET("targets"),
        /** Carried by the load balancer's machines. */
        LOAD_BALANCER("load-balancer");

        private final String suffix;

        Kind(String suffix) {
            this.suffix = suffix;
        }
    }

    /** For Hibernate. */
    protected SecurityGroup() {
        this.projectId = new UUID(0, 0);
        this.loadBalancerId = projectId;
        this.kind = "";
        this.name = "";
    }

    SecurityGroup(LoadBalancer of, Kind kind) {
        this.projectId = of.projectId();
        this.loadBalancerId = of.id();
        this.kind = kind.name();
        this.name = of.name() + "-" + kind.suffix;
    }

    String name() {
        return name;
    }
}
