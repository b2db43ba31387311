/// What maps and programs count, as numbers with labels: for whatever keeps and shows metrics.
@NullMarked
package org.ebpf4j.linux.metrics;

import org.jspecify.annotations.NullMarked;
