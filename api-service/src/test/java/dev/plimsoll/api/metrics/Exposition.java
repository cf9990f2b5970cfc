package dev.plimsoll.api.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Reads a page of metrics as strictly as the format is written down: each family in one piece, HELP
 * and TYPE before it and once, no sample twice.
 */
final class Exposition {
    private static final String NAME = "[a-zA-Z_:][a-zA-Z0-9_:]*";
    private static final Pattern HELP = Pattern.compile("# HELP (" + NAME + ") (.*)");
    private static final Pattern TYPE =
            Pattern.compile("# TYPE (" + NAME + ") (counter|gauge|histogram|summary|untyped)");
    private static final Pattern SAMPLE = Pattern.compile("(" + NAME + ")\\{(.*)} (\\S+)");
    private static final Pattern LABEL =
            Pattern.compile("([a-zA-Z_][a-zA-Z0-9_]*)=\"((?:[^\"\\\\]|\\\\.)*)\"(?:,|$)");

    private final Map<String, String> types = new HashMap<>();
    private final Set<String> helped = new HashSet<>();
    private final Map<String, Double> samples = new HashMap<>();
    private String family = "";

    static Exposition of(String page) {
        var exposition = new Exposition();
        assertThat(page).endsWith("\n");
        page.lines().forEach(exposition::line);
        return exposition;
    }

    private void line(String line) {
        var help = HELP.matcher(line);
        var type = TYPE.matcher(line);
        if (help.matches()) {
            assertThat(helped.add(help.group(1))).as(line).isTrue();
            family = help.group(1);
        } else if (type.matches()) {
            assertThat(types.put(type.group(1), type.group(2))).as(line).isNull();
            assertThat(type.group(1)).as("HELP comes before TYPE").isEqualTo(family);
        } else {
            sample(line);
        }
    }

    private void sample(String line) {
        var sample = SAMPLE.matcher(line);
        assertThat(sample.matches()).as(line).isTrue();
        assertThat(types).as(line).containsKey(family);
        assertThat(sample.group(1)).as(line).matches(family + "(_bucket|_sum|_count)?");
        var key = sample.group(1) + labels(sample.group(2));
        assertThat(samples.put(key, Double.valueOf(sample.group(3)))).as(line).isNull();
    }

    private static Map<String, String> labels(String text) {
        var labels = new TreeMap<String, String>();
        var label = LABEL.matcher(text);
        int end = 0;
        while (label.find()) {
            assertThat(label.start()).as(text).isEqualTo(end);
            assertThat(labels.put(label.group(1), label.group(2))).as(text).isNull();
            end = label.end();
        }
        assertThat(end).as(text).isEqualTo(text.length());
        return labels;
    }

    /** {@code name{label=value, ...}}, labels in the order of their names. */
    Map<String, Double> samples() {
        return samples;
    }

    Map<String, String> types() {
        return types;
    }
}
