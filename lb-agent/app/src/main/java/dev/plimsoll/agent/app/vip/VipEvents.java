package dev.plimsoll.agent.app.vip;

/** What a {@link VipClaim} tells. Called in order, on a thread of the claim's own. */
public interface VipEvents {

    /** Whether there is anything that clients could be served with. */
    boolean hasConfiguration();

    /** Whether clients that reach this agent are served, on every address. */
    boolean isServing();

    /**
     * Clients come to this agent from now on.
     *
     * @param besidePeer whether the peer, which is leaving, still listens as well
     */
    void onVipTaken(boolean besidePeer);

    /** Clients go to the peer, or nowhere. */
    void onVipLost();
}
