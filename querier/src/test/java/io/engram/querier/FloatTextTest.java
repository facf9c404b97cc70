package io.engram.querier;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.engram.model.testing.Seeds;
import io.engram.model.text.GoFloat;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FloatTextTest {
    private final FloatText floats = new FloatText();
    private final byte[] out = new byte[FloatText.MAX_BYTES];

    private String text(double value) {
        return new String(out, 0, floats.put(value, out, 0), StandardCharsets.US_ASCII);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "-0.0, -0",
        "1, 1",
        "-1.5, -1.5",
        "0.1, 0.1",
        "0.001, 0.001",
        "1e-6, 0.000001",
        "1e-7, 1e-07",
        "1.25e-7, 1.25e-07",
        "1e-100, 1e-100",
        "1e20, 100000000000000000000",
        "1e21, 1e+21",
        "1.5e300, 1.5e+300",
        "123456789012345680000, 123456789012345680000",
        "9007199254740993, 9007199254740992",
        "NaN, NaN",
        "Infinity, +Inf",
        "-Infinity, -Inf",
        "4.9e-324, 5e-324",
        "9.9e-324, 1e-323",
        "0.3333333333333333, 0.3333333333333333",
        "1.7976931348623157e308, 1.7976931348623157e+308",
        "2.2250738585072014e-308, 2.2250738585072014e-308"
    })
    void writesNumbersAsGoDoes(double value, String expected) {
        assertEquals(expected, text(value));
    }

    @Test
    void agreesWithTheOtherWriterAndReadsBack() {
        Seeds.check(20, random -> {
            for (int i = 0; i < 2_000; i++) {
                double value =
                        switch (random.nextInt(4)) {
                            case 0 -> Double.longBitsToDouble(random.nextLong());
                            case 1 -> random.nextInt() / 1000.0;
                            case 2 -> random.nextDouble() * Math.pow(10, random.nextInt(-10, 25));
                            default -> Double.longBitsToDouble(random.nextLong(1, 100));
                        };
                String text = text(value);
                assertEquals(GoFloat.format(value), text);
                if (Double.isFinite(value)) {
                    assertEquals(value, Double.parseDouble(text));
                }
            }
        });
    }
}
