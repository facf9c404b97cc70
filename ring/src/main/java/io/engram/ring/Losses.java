package io.engram.ring;

import java.util.List;

/** Says which of several that were asked the same may stay silent. Of one question, or of all that belong together. */
public interface Losses {
    /** Nobody may: the first failure is the failure of all. */
    Losses NONE = new Losses() {
        @Override
        public boolean allows(List<Integer> silent) {
            return false;
        }

        @Override
        public void lost(int index, RuntimeException why) {
            throw why;
        }
    };

    /** Whether the answer would be whole without these, beside those that are lost already. */
    boolean allows(List<Integer> silent);

    /**
     * One did not answer.
     *
     * @param why null where it was not waited for
     * @throws RuntimeException where the answer is not whole without it
     */
    void lost(int index, RuntimeException why);

    /** The same for a question to some of them, known by their places in a list. */
    default Losses among(List<Integer> asked) {
        Losses all = this;
        return new Losses() {
            @Override
            public boolean allows(List<Integer> silent) {
                return all.allows(silent.stream().map(asked::get).toList());
            }

            @Override
            public void lost(int index, RuntimeException why) {
                all.lost(asked.get(index), why);
            }
        };
    }
}
