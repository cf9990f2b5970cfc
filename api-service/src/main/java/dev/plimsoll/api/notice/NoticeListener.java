package dev.plimsoll.api.notice;

/** Is woken when others write. Called on one thread for all: must neither block nor throw. */
public interface NoticeListener {

    /** Of PostgreSQL's NOTIFY. */
    String channel();

    void heard(String payload);

    /** The connection was new, or away for a while: what was told meanwhile is lost. */
    void mayHaveMissed();

    /** From now on there are notices, perhaps again. */
    default void starting() {}

    /** Nothing is told any more: whoever waits here does so for nothing. */
    default void stopping() {}
}
