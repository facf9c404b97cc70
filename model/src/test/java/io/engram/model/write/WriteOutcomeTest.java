package io.engram.model.write;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

final class WriteOutcomeTest {
    /** Heads note samples by stripe, not in the order in which they were sent. */
    @Test
    void namesTheFirstOffenderInWhateverOrderTheyAreNoted() {
        WriteOutcome outcome = new WriteOutcome(10);

        outcome.set(7, SampleStatus.OUT_OF_ORDER, 70);
        outcome.set(2, SampleStatus.OUT_OF_ORDER, 20);
        outcome.set(5, SampleStatus.OUT_OF_ORDER, 50);
        outcome.set(9, SampleStatus.CONFLICT, 90);
        outcome.set(1, SampleStatus.DUPLICATE, 10);

        assertEquals(2, outcome.first(SampleStatus.OUT_OF_ORDER));
        assertEquals(20, outcome.firstDetailMs(SampleStatus.OUT_OF_ORDER));
        assertEquals(3, outcome.count(SampleStatus.OUT_OF_ORDER));
        assertEquals(9, outcome.first(SampleStatus.CONFLICT));
        assertEquals(4, outcome.refused());
        assertEquals(SampleStatus.STORED, outcome.of(0));
    }
}
