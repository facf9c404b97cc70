package io.engram.model.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.model.testing.Seeds;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class GoFloatTest {
    @Test
    void writesAsPrometheusApiDoes() {
        assertFormat("0", 0);
        assertFormat("-0", -0.0);
        assertFormat("1", 1);
        assertFormat("-1", -1);
        assertFormat("0.1", 0.1);
        assertFormat("-0.25", -0.25);
        assertFormat("12.345", 12.345);
        assertFormat("12.3456", 12.3456);
        assertFormat("0.001", 0.001);
        assertFormat("0.0005", 0.0005);
        assertFormat("0.000001", 1e-6);
        assertFormat("1e-07", 1e-7);
        assertFormat("9.99e-07", 9.99e-7);
        assertFormat("999999999999", 999999999999.0);
        assertFormat("1000000000000", 1e12);
        assertFormat("9007199254740991", (1L << 53) - 1);
        assertFormat("9007199254740992", 1L << 53);
        assertFormat("1234567890123.25", 1234567890123.25);
        assertFormat("9007199254740993000", 9007199254740993e3);
        assertFormat("123456789012345680000", 123456789012345678901.0);
        assertFormat("999999999999999900000", 999999999999999900000.0);
        assertFormat("1e+21", 1e21);
        assertFormat("1.7976931348623157e+308", Double.MAX_VALUE);
        assertFormat("5e-324", Double.MIN_VALUE);
        assertFormat("1e-323", 2 * Double.MIN_VALUE);
        assertFormat("2.2250738585072014e-308", Double.MIN_NORMAL);
        assertFormat("0.30000000000000004", 0.1 + 0.2);
        assertFormat("NaN", Double.NaN);
        assertFormat("+Inf", Double.POSITIVE_INFINITY);
        assertFormat("-Inf", Double.NEGATIVE_INFINITY);
    }

    @Test
    void writesWithoutExponentWhereAsked() {
        assertEquals("1000000000000000000000000", GoFloat.plain(1e24));
        assertEquals("0.00000001", GoFloat.plain(1e-8));
        assertEquals("-1.5", GoFloat.plain(-1.5));
        assertEquals("-0", GoFloat.plain(-0.0));
        assertEquals("+Inf", GoFloat.plain(Double.POSITIVE_INFINITY));
        assertEquals("0." + "0".repeat(323) + "5", GoFloat.plain(Double.MIN_VALUE));
        assertEquals("-17976931348623157" + "0".repeat(292), GoFloat.plain(-Double.MAX_VALUE));
    }

    @Test
    void writesGeneralFormAsGoDoes() {
        assertEquals("0", GoFloat.general(0));
        assertEquals("100000", GoFloat.general(1e5));
        assertEquals("123456", GoFloat.general(123456));
        assertEquals("1e+06", GoFloat.general(1e6));
        assertEquals("1.234567e+06", GoFloat.general(1234567));
        assertEquals("0.0001", GoFloat.general(0.0001));
        assertEquals("1e-05", GoFloat.general(0.00001));
        assertEquals("NaN", GoFloat.general(Double.NaN));
    }

    /** The shortest digits of the smallest floats, found by trying: one digit, then two, the nearest of each. */
    @Test
    void writesOneDigitWhereThatIsEnough() {
        for (long bits = 1; bits <= 3000; bits++) {
            double value = Double.longBitsToDouble(bits);
            String shortest = null;
            for (int digits = 1; shortest == null; digits++) {
                String text = new BigDecimal(value)
                        .round(new MathContext(digits, RoundingMode.HALF_EVEN))
                        .toString();
                shortest = Double.parseDouble(text) == value ? text : null;
            }
            assertEquals(new BigDecimal(shortest), new BigDecimal(GoFloat.format(value)));
        }
    }

    @Test
    void reusedWriterKeepsNothingOfTheLastNumber() {
        GoFloat floats = new GoFloat();
        byte[] out = new byte[GoFloat.MAX_BYTES];
        Seeds.check(20_000, random -> {
            double value = Double.longBitsToDouble(random.nextLong());
            int end = floats.write(value, out, 0);
            assertEquals(GoFloat.format(value), new String(out, 0, end, StandardCharsets.US_ASCII));
        });
    }

    @Test
    void givesBackWhatWasWritten() {
        Seeds.check(20_000, random -> {
            double anyBits = Double.longBitsToDouble(random.nextLong());
            double decimal = random.nextLong(-1_000_000_000, 1_000_000_000) / Math.pow(10, random.nextInt(12));
            for (double value : new double[] {anyBits, decimal}) {
                if (Double.isFinite(value)) {
                    String text = GoFloat.format(value);
                    assertEquals(value, Double.parseDouble(text), text);
                    assertEquals(value, Double.parseDouble(GoFloat.plain(value)), text);
                    assertTrue(text.length() <= GoFloat.MAX_BYTES, text);
                    assertTrue(!text.contains("e") || Math.abs(value) < 1e-6 || Math.abs(value) >= 1e21, text);
                }
            }
        });
    }

    @Test
    void writesNoMoreDigitsThanJava() {
        Seeds.check(20_000, random -> {
            double value = random.nextLong(-1_000_000_000, 1_000_000_000) / 1000.0;
            String java = Double.toString(value);
            if (!java.contains("E")) {
                assertEquals(java.endsWith(".0") ? java.substring(0, java.length() - 2) : java, GoFloat.format(value));
            }
        });
    }

    private static void assertFormat(String expected, double value) {
        assertEquals(expected, GoFloat.format(value));
        byte[] out = new byte[GoFloat.MAX_BYTES + 3];
        int end = new GoFloat().write(value, out, 3);
        assertEquals(expected, new String(out, 3, end - 3, StandardCharsets.US_ASCII));
    }
}
