package dev.plimsoll.api.loadbalancer.spec;

import dev.plimsoll.api.problem.DomainFailure;
import dev.plimsoll.api.problem.FieldError;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Collects what is wrong with a spec, all of it (up to a bound), with where it is. */
final class Findings {
    private static final int MAX = 100;

    private final List<FieldError> errors = new ArrayList<>();

    /** A place in the document. */
    record Place(String pointer) {
        static final Place ROOT = new Place("");

        Place at(String member) {
            return new Place(pointer + "/" + member.replace("~", "~0").replace("/", "~1"));
        }

        Place at(int index) {
            return new Place(pointer + "/" + index);
        }
    }

    void add(Place place, FieldError.Code code, String detail) {
        add(place, code, detail, null, null);
    }

    void add(
            Place place,
            FieldError.Code code,
            String detail,
            @Nullable Object rejected,
            @Nullable String allowed) {
        if (errors.size() < MAX) {
            errors.add(
                    new FieldError(
                            place.pointer().isEmpty() ? "#" : place.pointer(),
                            code,
                            detail,
                            rejected == null ? null : rejected.toString(),
                            allowed));
        }
    }

    void required(Place place) {
        add(place, FieldError.Code.REQUIRED, "is required");
    }

    /** A number within bounds; absence is fine here. */
    void range(Place place, @Nullable Integer value, int least, int most) {
        if (value != null && (value < least || value > most)) {
            add(
                    place,
                    FieldError.Code.OUT_OF_RANGE,
                    "must be from " + least + " to " + most,
                    value,
                    least + ".." + most);
        }
    }

    /** Whether the list has from one to {@code most} elements; otherwise that is a finding. */
    boolean size(Place place, List<?> list, int most) {
        if (list.isEmpty()) {
            add(place, FieldError.Code.REQUIRED, "needs at least one entry");
        } else if (list.size() > most) {
            add(
                    place,
                    FieldError.Code.TOO_MANY,
                    "has more than " + most + " entries",
                    list.size(),
                    "1.." + most);
        }
        return !list.isEmpty() && list.size() <= most;
    }

    void throwIfAny() {
        if (!errors.isEmpty()) {
            throw new DomainFailure.InvalidFields(errors);
        }
    }
}
