package dev.plimsoll.api.metrics;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One page for Prometheus out of those of some agents: each family once, with the samples of all,
 * each of which says whose it is. What is not a sample of its family is left out.
 */
final class PrometheusPage {
    static final String UP = "nlb_agent_up";

    private static final Pattern SAMPLE =
            Pattern.compile(
                    "([a-zA-Z_:][a-zA-Z0-9_:]*+)"
                        + "(?:\\{((?:[a-zA-Z_][a-zA-Z0-9_]*+=\"(?:[^\"\\\\]|\\\\[\\\\\"n])*+\",?)*+)})?"
                        + " ([+-]?(?:[0-9.]++(?:[eE][+-]?[0-9]++)?|Inf)|NaN)");

    private static final Pattern OUR_LABEL = Pattern.compile("(^|,)(load_balancer|machine)=\"");
    private static final Set<String> TYPES =
            Set.of("counter", "gauge", "histogram", "summary", "untyped");
    private static final Set<String> PARTS = Set.of("", "_bucket", "_sum", "_count");

    private final String loadBalancer;
    private final Map<String, Family> families = new LinkedHashMap<>();

    /** As one agent tells it, and then of all. */
    private static final class Family {
        private final String help;
        private final String type;
        private final List<String> samples = new ArrayList<>();

        Family(String help, String type) {
            this.help = help;
            this.type = type;
        }
    }

    PrometheusPage(String loadBalancer) {
        this.loadBalancer = loadBalancer;
        families.put(
                UP,
                new Family(
                        "1 if the agent answered; if not, it has no other samples here.", "gauge"));
    }

    /**
     * @param role in lower case
     * @param page null of an agent that did not answer
     */
    void add(UUID machine, String role, @Nullable String page) {
        var labels =
                "load_balancer=\"%s\",machine=\"%s\"".formatted(escaped(loadBalancer), machine);
        of(UP).samples
                .add("%s{%s,role=\"%s\"} %d".formatted(UP, labels, role, page == null ? 0 : 1));
        if (page != null) {
            new Reader(labels).read(page);
        }
    }

    private Family of(String name) {
        return families.computeIfAbsent(name, _ -> new Family("", "untyped"));
    }

    private static String escaped(String value) {
        return value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    }

    String text() {
        var text = new StringBuilder();
        families.forEach((name, family) -> {
            if (!family.samples.isEmpty()) {
                text.append(
                        "# HELP %s %s\n# TYPE %s %s\n"
                                .formatted(name, family.help, name, family.type));
                family.samples.forEach(sample -> text.append(sample).append('\n'));
            }
        });
        return text.toString();
    }

    /** Of one agent's page. */
    private final class Reader {
        private final String labels;
        private final Matcher sample = SAMPLE.matcher("");
        private String help = "";
        private @Nullable String name;
        private @Nullable Family family;

        Reader(String labels) {
            this.labels = labels;
        }

        void read(String page) {
            page.lines().forEach(this::line);
        }

        private void line(String line) {
            if (line.startsWith("# HELP ")) {
                var words = line.split(" ", 4);
                help = words.length == 4 ? words[3] : "";
            } else if (line.startsWith("# TYPE ")) {
                begin(line.split(" ", 4));
            } else if (sample.reset(line).matches()) {
                add(sample.group(1), sample.group(2), sample.group(3));
            }
        }

        /** Agents of two versions may differ about a family: the first is right. */
        private void begin(String[] words) {
            family = null;
            if (words.length == 4 && TYPES.contains(words[3]) && !words[2].equals(UP)) {
                name = words[2];
                var known = families.computeIfAbsent(words[2], _ -> new Family(help, words[3]));
                family = known.type.equals(words[3]) ? known : null;
            }
        }

        private void add(String of, @Nullable String own, String value) {
            if (family != null
                    && name != null
                    && of.startsWith(name)
                    && PARTS.contains(of.substring(name.length()))) {
                var others = own == null || own.isEmpty() ? "" : "," + renamed(own);
                family.samples.add("%s{%s%s} %s".formatted(of, labels, others, value));
            }
        }

        private static String renamed(String own) {
            var matcher = OUR_LABEL.matcher(own);
            return matcher.find() ? matcher.replaceAll("$1exported_$2=\"") : own;
        }
    }
}
