package dev.plimsoll.agent.app.push;

import java.util.List;

/** Lines of a log that is overwritten: whoever reads too slowly loses some. */
interface Lines {
    /** Where the next line will be. */
    long position();

    Some after(long position, int most);

    /**
     * @param atEpochMillis what the line tells of
     */
    record Line(long atEpochMillis, String text) {}

    /**
     * @param lines the oldest first
     * @param position where to read on
     * @param lost overwritten before they were read
     */
    record Some(List<Line> lines, long position, long lost) {
        public Some {
            lines = List.copyOf(lines);
        }
    }
}
