/** What senders say of their metrics: type, help and unit. */
package io.engram.model.metadata;
