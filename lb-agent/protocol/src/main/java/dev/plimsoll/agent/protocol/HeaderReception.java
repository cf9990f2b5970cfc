package dev.plimsoll.agent.protocol;

/**
 * What a target, to which PROXY headers would be new, made of one.
 *
 * @param path JSON pointer to the target in the new document
 */
public record HeaderReception(String path, Outcome outcome) {

    public enum Outcome {
        TAKEN,
        /** The target ends the connection, and would not have done so without the header. */
        ENDED,
        /** It answers that this is no request, or sends the header back. */
        MISREAD,
        UNCLEAR
    }
}
