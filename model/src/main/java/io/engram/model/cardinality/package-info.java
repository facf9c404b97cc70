/** How many series and values there are: what cardinality calls answer. Values only. */
package io.engram.model.cardinality;
