package dev.plimsoll.provisioner.campaign;

/**
 * A moment at which a provisioner can die: right before or after something that others see.
 *
 * @param effect for example {@code commit}, {@code ensure}
 */
record Boundary(Side side, String effect) {
    enum Side {
        BEFORE,
        AFTER
    }

    @Override
    public String toString() {
        return side.name().toLowerCase(java.util.Locale.ROOT) + " " + effect;
    }
}
