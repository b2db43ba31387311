/// Metrics, read from real maps and programs.
@NullMarked
package org.ebpf4j.linux.metrics;

import org.jspecify.annotations.NullMarked;
