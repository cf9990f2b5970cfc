package dev.plimsoll.api.read;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The WHERE of a list: of all conditions, those that were asked for. */
public final class Conditions {
    private final StringBuilder sql = new StringBuilder("TRUE");
    private final Map<String, Object> parameters = new HashMap<>();

    /** Without a value, the condition does not apply. */
    public Conditions and(String condition, String parameter, @Nullable Object value) {
        if (value != null) {
            and(condition);
            parameters.put(parameter, value);
        }
        return this;
    }

    public Conditions and(String condition) {
        sql.append(" AND ").append(condition);
        return this;
    }

    public String sql() {
        return sql.toString();
    }

    public Map<String, Object> parameters() {
        return Map.copyOf(parameters);
    }
}
