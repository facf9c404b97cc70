package io.engram.distributor.ha;

/** A write as it came, kept for the case that its sender must lead. Immutable. */
public interface HeldWrite {
    /** Memory that it takes. */
    long heldBytes();
}
