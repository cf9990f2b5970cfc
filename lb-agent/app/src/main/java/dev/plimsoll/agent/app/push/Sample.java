package dev.plimsoll.agent.app.push;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One series' value at this moment.
 *
 * @param bits of a double
 */
record Sample(Series series, long bits) {

    /** "No more of this": Prometheus' own NaN for it. */
    static final long STALE = 0x7ff0000000000002L;

    static Sample of(Series series, double value) {
        return new Sample(series, Double.doubleToRawLongBits(value));
    }

    static Sample end(Series series) {
        return new Sample(series, STALE);
    }

    /**
     * @param labels in the order that the specification asks for, the metric's name among them
     */
    record Series(SortedMap<String, String> labels) {
        private static final String NAME = "__name__";

        /**
         * @param common of all series; a metric's own label of the same name wins
         */
        static Series of(String name, Map<String, String> common, Map<String, String> own) {
            var labels = new TreeMap<>(common);
            labels.putAll(own);
            labels.put(NAME, name);
            labels.values().removeIf(String::isEmpty);
            return new Series(labels);
        }
    }
}
