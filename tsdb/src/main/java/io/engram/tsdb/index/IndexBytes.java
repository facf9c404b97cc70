package io.engram.tsdb.index;

/**
 * What one tenant's index holds in memory, in bytes.
 *
 * @param seriesLabels the pair ids of each series, and where they are
 * @param pairText names and values, each distinct pair once
 * @param pairTable hash table and columns of the pairs
 * @param postings which series have a pair
 * @param values sorted values, unions per name and results of patterns, kept for queries
 */
public record IndexBytes(long seriesLabels, long pairText, long pairTable, long postings, long values) {
    public long total() {
        return seriesLabels + pairText + pairTable + postings + values;
    }
}
