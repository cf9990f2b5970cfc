package dev.plimsoll.api.loadbalancer;

/**
 * What a write came to, and what was different before.
 *
 * @param view afterwards; of what is being removed, before
 */
public record Written(LoadBalancerView view, Changes changes) {

    /** The spec as it is stored. */
    public String storedSpec() {
        return SpecJson.write(view.spec());
    }
}
