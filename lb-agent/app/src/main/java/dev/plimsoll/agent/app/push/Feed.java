package dev.plimsoll.agent.app.push;

import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What there is to push, the oldest first, in bounded memory. Used by one thread. */
interface Feed {
    /** Of each request, besides those that say who pushes. */
    Map<String, String> headers();

    /** How often to {@link #gather}. */
    Duration every(Aim aim);

    /** Takes up what there is by now. */
    void gather(Aim aim);

    /** The same until it is {@link #done}; null where there is nothing to push. */
    @Nullable Load next(Aim aim);

    /** It was taken, or will not be. */
    void done();

    /** Items that were given up for want of room, or overwritten, since the feed began. */
    long lost();
}
