package dev.plimsoll.agent.app.push;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ObjIntConsumer;

/** A sample as a receiver of remote write reads it, from the specification's four messages. */
record Received(Map<String, String> labels, double value, long bits, long atEpochMillis) {

    static List<Received> of(byte[] request) {
        var samples = new ArrayList<Received>();
        read(
                request,
                (series, field) -> {
                    expect(field, 1);
                    samples.add(series(series));
                });
        return samples;
    }

    String name() {
        return labels.get("__name__");
    }

    private static Received series(ByteBuffer series) {
        var labels = new LinkedHashMap<String, String>();
        var samples = new ArrayList<Received>();
        read(
                series,
                (message, field) -> {
                    if (field == 1) {
                        label(message, labels);
                    } else {
                        expect(field, 2);
                        samples.add(sample(message, labels));
                    }
                });
        if (samples.size() != 1) {
            throw new IllegalArgumentException(samples.size() + " samples");
        }
        return samples.getFirst();
    }

    private static void label(ByteBuffer label, Map<String, String> labels) {
        var texts = new ArrayList<String>();
        read(
                label,
                (text, field) -> {
                    expect(field, texts.size() + 1);
                    texts.add(StandardCharsets.UTF_8.decode(text).toString());
                });
        labels.put(texts.get(0), texts.get(1));
    }

    private static Received sample(ByteBuffer sample, Map<String, String> labels) {
        expect(sample.get(), 1 << 3 | 1);
        long bits = sample.getLong();
        expect(sample.get(), 2 << 3);
        return new Received(labels, Double.longBitsToDouble(bits), bits, varint(sample));
    }

    private static void read(byte[] message, ObjIntConsumer<ByteBuffer> field) {
        read(ByteBuffer.wrap(message), field);
    }

    /** Of a message whose fields all have a length. */
    private static void read(ByteBuffer message, ObjIntConsumer<ByteBuffer> field) {
        while (message.hasRemaining()) {
            int tag = (int) varint(message);
            expect(tag & 7, 2);
            int length = (int) varint(message);
            var content = message.slice(message.position(), length).order(ByteOrder.LITTLE_ENDIAN);
            message.position(message.position() + length);
            field.accept(content, tag >>> 3);
        }
    }

    private static long varint(ByteBuffer from) {
        long value = 0;
        for (int shift = 0; ; shift += 7) {
            byte next = from.get();
            value |= (long) (next & 0x7F) << shift;
            if (next >= 0) {
                return value;
            }
        }
    }

    private static void expect(int actual, int expected) {
        if (actual != expected) {
            throw new IllegalArgumentException("%d instead of %d".formatted(actual, expected));
        }
    }
}
