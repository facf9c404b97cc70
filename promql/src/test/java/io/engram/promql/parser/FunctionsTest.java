package io.engram.promql.parser;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.promql.ast.Function;
import io.engram.promql.ast.ValueType;
import java.util.List;
import org.junit.jupiter.api.Test;

class FunctionsTest {
    @Test
    void knowsAllFunctionsOfPrometheus() {
        assertEquals(90, Functions.all().size());
        assertEquals(17, Functions.all().stream().filter(Function::experimental).count());
    }

    @Test
    void tellsTypesApart() {
        Function quantiles = Functions.find("histogram_quantiles");
        assertEquals(
                List.of(ValueType.VECTOR, ValueType.STRING, ValueType.SCALAR, ValueType.SCALAR), quantiles.arguments());
        assertEquals(9, quantiles.variadic());
        assertTrue(quantiles.experimental());
        assertEquals(ValueType.SCALAR, Functions.find("time").returns());
        assertFalse(Functions.find("first_over_time").experimental());
    }

    @Test
    void findsNoneInCapitals() {
        assertNull(Functions.find("RATE"));
    }
}
