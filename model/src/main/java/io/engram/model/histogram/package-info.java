/**
 * Native histograms as values: their shape, what makes one valid, and what is done to one that has too many buckets.
 *
 * @see <a href="https://prometheus.io/docs/specs/native_histograms/">Native histograms, the specification</a>
 */
package io.engram.model.histogram;
